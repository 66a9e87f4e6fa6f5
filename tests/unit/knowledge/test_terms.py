"""Terms are the same however a word is written, and survive a search engine's analyzer."""

import re

import pytest

from services.knowledge.domain.terms import analysed_text, terms


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("running", "She RUNS daily"),
        ("resumes", "les résumés"),
        ("Lodz", "Łódź"),
        ("strasse", "Hauptbahnhof, Straße 5"),
        ("SKU-0973", "item SKU-0973, blue"),
        ("sku0973", "item SKU-0973, blue"),
        ("SKU 0973", "item SKU0973, blue"),
        ("1.2.3", "since version 1.2.3."),
        ("3.2", "Net Sales of $3.2 Billion"),
        ("1000", "over 1,000 rows"),
        ("1990", "عام ١٩٩٠"),
        ("C++", "written in C++, mostly"),
        ("jane@example.com", "mail jane@example.com today"),
        ("книгами", "Эти книги"),
        ("カタカナ", "これはｶﾀｶﾅです"),
        ("大典", "維基大典"),
        ("ไทย", "ภาษาไทย"),
        ("हिन्दी", "हिन्दी भाषा"),
        ("كتاب", "كِتَابٌ"),
    ],
)  # fmt: skip
def test_a_query_finds_the_document(query: str, document: str) -> None:
    asked = terms(query)
    assert asked
    assert set(asked) <= set(terms(document))


@pytest.mark.parametrize(
    ("query", "document"),
    [("C#", "C++"), ("1.2.3", "1.2.4"), ("SKU-0973", "SKU-0974"), ("किताब", "कतब"), ("कि", "का")],
)
def test_a_query_does_not_wholly_match_another_word(query: str, document: str) -> None:
    assert not set(terms(query)) <= set(terms(document))


def test_words_that_say_nothing_are_dropped_unless_in_capitals() -> None:
    assert terms("What is the rate of it?") == ["rate"]
    assert terms("IT support") == ["it", "support"]


def test_a_name_is_found_whole_and_in_parts() -> None:
    assert terms("SKU-0973") == ["sku", "0973", "sku0973"]


NAUGHTY = [
    "",
    " ",
    "\x00",
    "\ud800",
    "🙂🙂",
    "'",
    "--",
    "a" * 100_000,
    "1," * 5_000,
    "́",
    "İ",
    "ßΣς",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_is_analysed_to_short_ascii_words(text: str) -> None:
    for word in analysed_text(text).split(" "):
        assert re.fullmatch(r"[a-z0-9]{0,40}", word)


@pytest.mark.parametrize("text", ["Das Mädchen 漢字 in SKU-0973", "plain words only", "हिन्दी में"])
def test_analysed_text_has_one_word_for_each_term(text: str) -> None:
    found = terms(text)
    words = analysed_text(text).split()
    assert len(words) == len(found)
    assert len(set(words)) == len(set(found))
