"""Answers in WhatsApp's formatting and limits."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assistants.domain.answer import Citations, Done, Failed, Thinking, Token
from services.assistants.domain.citation import Citation
from services.assistants.domain.tools import GraphData, TableData
from services.assistants.domain.whatsapp_answer import WholeAnswer
from services.assistants.domain.whatsapp_lines import MESSAGE_CHARACTERS, messages
from services.assistants.domain.whatsapp_markdown import lines_of

from .fakes import a_passage


def formatted(markdown: str, *, at_most: int = 1) -> str:
    return "\n======\n".join(messages(lines_of(markdown), at_most=at_most))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**bold** and *italic* and ~~gone~~", "*bold* and _italic_ and ~gone~"),
        ("***both***", "_*both*_"),
        ("**bold _inside_ it**", "*bold* *_inside_* *it*"),
        ("un**believ**able", "unbelievable"),  # WhatsApp would show the asterisks
        ("**2*3**", "2*3"),
        ("`a*b`", "```a*b```"),
        ("# Two **years**\ntext", "*Two years*\n\ntext"),
        ("[the site](https://a.example/x_(y))", "the site: https://a.example/x_(y)"),
        ("[https://a.example](https://a.example/)", "https://a.example"),
        ("**[a](https://a.example)**", "*a*: https://a.example"),
        ("<https://a.example>", "https://a.example"),
        ("![a plan](https://a.example/p.png)", "a plan: https://a.example/p.png"),
        ("- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n> b", "> a\n> b"),
        ("one\ntwo<br>three", "one\ntwo\nthree"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<div>a<br>b</div>", "a\nb"),
        ("```py\nx = 1\n\ny\n```", "```x = 1```\n\n```y```"),
        ("    indented is no code", "indented is no code"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("**never closed", "**never closed"),
        ("| A | B |\n|-|-|\n| x | **1** |\n| y | |", "*A: B*\n- x: *1*\n- y"),
        (
            "| Tool | Price | Left |\n|-|-:|-|\n| Drill \\| big | 5 € | 3 |\n| Saw | | 1 |",
            "- Drill | big: Price: 5 €; Left: 3\n- Saw: Left: 1",
        ),
    ],
)
def test_markdown_becomes_what_whatsapp_can_show(markdown: str, expected: str) -> None:
    assert formatted(markdown) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab *_~`#|-\n[](<>)!.\\&1é😀"), max_size=400), st.integers(1, 3))
def test_no_text_breaks_the_limits(piece: str, at_most: int) -> None:
    told = messages(lines_of(piece * 40), tail=lines_of("Sources"), at_most=at_most)
    assert len(told) <= at_most
    assert all(0 < len(each.encode("utf-16-le")) // 2 <= MESSAGE_CHARACTERS for each in told)
    if told:
        assert told[-1].endswith("Sources")


def test_a_long_answer_is_cut_behind_a_sentence() -> None:
    told = formatted("**Careful.** " + "This is a sentence of the answer. " * 300)
    assert MESSAGE_CHARACTERS - 100 < len(told) <= MESSAGE_CHARACTERS
    assert told.startswith("*Careful.*")
    assert told.endswith("sentence of the answer. …")


def test_a_cut_never_leaves_a_mark_open() -> None:
    told = formatted("**" + "word " * 2_000 + "end**")
    assert told.count("*") == 2
    assert told.endswith(("word*…", "word* …"))


def test_a_longer_answer_goes_on_in_the_next_message() -> None:
    paragraphs = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(20))
    first, second, third = messages(lines_of(paragraphs), at_most=3)
    assert first.startswith("Paragraph 0.")
    assert second.startswith("Paragraph 5.")
    assert third.endswith("…")
    assert not first.endswith("…")


def heard(*events: Any) -> WholeAnswer:
    answer = WholeAnswer()
    for event in events:
        answer.hear(event)
    return answer


def cited(**fields: Any) -> Citation:
    passage = a_passage(**fields)
    return Citation(passage=passage, text=passage.text, start=None, end=None)


def test_sources_stand_at_the_end_each_once_and_survive_a_cut() -> None:
    citations = Citations(
        (
            cited(document_id=1, document_name="Warranty.pdf", page=3),
            cited(document_id=1, document_name="Warranty.pdf", page=4),
            cited(document_id=2, document_name="Help", page=None, url="https://help.example/a"),
            cited(document_id=3, document_name="c.md", page=None),
            cited(document_id=4, document_name="d.md", page=None),
        )
    )
    (told,) = heard(Token("Two years. " * 600), citations).messages(at_most=1)
    assert len(told) <= MESSAGE_CHARACTERS
    assert told.endswith(
        "Two years. …\n\nSources:\n- Warranty.pdf, p. 3\n- Help: https://help.example/a\n- c.md"
    )


def test_data_are_told_as_lines() -> None:
    rows = tuple((f"shop {number}", float(number), None) for number in range(30))
    table = TableData(title="Sales", columns=("shop", "sum", "note"), rows=rows, total_rows=200)
    chart = GraphData(
        title="By month",
        x_label="month",
        y_label="sum",
        x_coordinates=("Jan", "Feb"),
        y_coordinates=(1.5, 2.0),
        kind="bar",
    )
    (told,) = heard(Thinking("Querying"), Token("See:"), table, chart).messages(at_most=1)
    assert told.startswith("See:\n\n*Sales*\n- shop 0: sum: 0; note: –\n")
    assert "- shop 9:" in told
    assert "- shop 10:" not in told
    assert told.endswith("… + 190\n\n*By month*\n*month: sum*\n- Jan: 1.5\n- Feb: 2")


def test_a_chart_of_the_table_before_it_is_not_told_again() -> None:
    rows = (("Jan", 1.5), ("Feb", 2.0))
    table = TableData(title="Sales", columns=("month", "sum"), rows=rows, total_rows=2)
    chart = GraphData(
        title="Sales",
        x_label="month",
        y_label="sum",
        x_coordinates=("Jan", "Feb"),
        y_coordinates=(1.5, 2.0),
        kind="bar",
    )
    (told,) = heard(Token("See:"), table, chart).messages(at_most=1)
    assert told == "See:\n\n*Sales*\n*month: sum*\n- Jan: 1.5\n- Feb: 2"


@pytest.mark.parametrize(
    ("text", "rows", "is_told"),
    [
        ("Sum by region:\n\n- North: 42,966.4\n- **East**: 7.13", (("North", 42966.4), ("East", 7.1259)), True),
        ("The average is 500.82 (rounded from 500.824682), over 1,173 rows.", ((500.824682, 1173),), True),
        ("No rows match.", (), True),
        ("- North: 42,966.4", (("North", 42966.4), ("East", 7.1)), False),
        ("North and East: 5 and 7", (("North", 57),), False),
        ("The 12.5 of the North", (("North", 5),), False),
    ],
)  # fmt: skip
def test_rows_that_the_text_tells_are_not_told_again(
    text: str, rows: tuple[tuple[Any, ...], ...], is_told: bool
) -> None:
    table = TableData(title="A heading", columns=("a", "b"), rows=rows, total_rows=len(rows))
    (told,) = heard(Token(text), table).messages(at_most=1)
    assert ("A heading" not in told) == is_told


def test_a_failure_and_the_end_are_kept_apart_from_the_text() -> None:
    done = Done(
        finish_reason="error", input_tokens=0, output_tokens=0, conversation_uuid=None, model=""
    )
    answer = heard(Token("Two"), Failed("Away."), done)
    assert (answer.failure, answer.done) == ("Away.", done)
    assert answer.messages(at_most=1) == ("Two",)
