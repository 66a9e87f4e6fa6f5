"""Sentences are found in many scripts, and not where a full stop means something else."""

import time
from itertools import pairwise

import pytest

from services.models.domain.sentences import MAX_CHARACTERS, split


def texts(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It works. It is fast! Is it safe? Yes…", 4),
        ("भारत एक देश है। इसकी राजधानी नई दिल्ली है।", 2),
        ("東京は日本の首都です。人口は多い。「本当ですか？」はい！", 4),
        ("ما هي العاصمة؟ العاصمة هي القاهرة.", 2),
        ("یہ ایک جملہ ہے۔ یہ دوسرا ہے۔", 2),
        ("Ποιος είναι; Ο Σωκράτης. Ναι.", 2),
        ("ይህ ነው። ያ ነው።", 2),
        ('He said "stop." Then he left.', 2),
    ],
)
def test_sentences_end_where_their_script_ends_them(text: str, count: int) -> None:
    assert len(texts(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mr. Jones in St. Louis.",
        "It costs 3.14 dollars at version 2.0.1 today.",
        "J. R. R. Tolkien wrote it.",
        "See fig. 3 and e.g. the table, i.e. the second one.",
        "Visit www.example.com for more.",
        "The U.S. Army was there.",
    ],
)
def test_abbreviations_initials_and_decimals_do_not_end_a_sentence(text: str) -> None:
    assert texts(text) == [text]


def test_rows_and_list_lines_are_sentences() -> None:
    text = (
        "Prices\n| apple | 3 EUR |\n| pear | 4 EUR |\n- first point\n- second point\n1. one\n2. two"
    )
    assert texts(text) == text.split("\n")


def test_a_wrapped_line_belongs_to_its_sentence() -> None:
    text = "The committee that chose the contents of the record\nwas chaired by Carl Sagan. He was busy."
    assert len(texts(text)) == 2


def test_a_very_long_sentence_is_cut_without_losing_a_word() -> None:
    text = ", ".join(f"word{number}" for number in range(300)) + "."
    pieces = texts(text)
    assert all(len(piece) <= MAX_CHARACTERS for piece in pieces)
    assert " ".join(pieces) == text


@pytest.mark.parametrize("text", ["", "   \n\t\n ", "\x00", "...", "।", "a" * 5000])
def test_odd_input_gives_spans_inside_the_text(text: str) -> None:
    spans = split(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))


@pytest.mark.parametrize(
    "unit",
    ["a. b. ", "a.", ". ", "1. ", "\n", "word ", "this line is wrapped again and again, it is,\n"],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    started = time.perf_counter()
    split(text)
    assert time.perf_counter() - started < 5
