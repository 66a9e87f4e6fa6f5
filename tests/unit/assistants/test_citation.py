"""Spans of an answer and the passages behind them."""

from services.assistants.domain.citation import CitedSpan, excerpt, gather, uncited, within
from tests.unit.assistants.fakes import a_passage

BEST, NEXT = a_passage("Best.", document_id=1), a_passage("Next.", document_id=2)


def span(start: int | None, end: int | None, *positions: int, text: str = "") -> CitedSpan:
    return CitedSpan(start=start, end=end, text=text, passages=positions)


def test_the_best_passage_comes_first_and_its_spans_in_order() -> None:
    found = gather([BEST, NEXT], [span(9, 12, 1, 0), span(0, 4, 1), span(5, 8, 0)])

    assert [(each.passage, each.start, each.end) for each in found] == [
        (BEST, 5, 8),
        (BEST, 9, 12),
        (NEXT, 0, 4),
        (NEXT, 9, 12),
    ]


def test_the_same_passage_behind_the_same_span_is_cited_once() -> None:
    assert len(gather([BEST], [span(0, 4, 0), span(0, 4, 0, 0)])) == 1


def test_a_source_that_is_no_passage_is_left_out() -> None:
    assert gather([BEST], [span(0, 4, 1, -1, 77)]) == []


def test_a_span_without_a_place_has_none() -> None:
    (found,) = gather([BEST], [span(None, None, 0)])

    assert (found.start, found.end, found.text) == (None, None, "Best.")


def test_uncited_passages_have_no_place() -> None:
    assert [(each.passage, each.start) for each in uncited([BEST, NEXT])] == [
        (BEST, None),
        (NEXT, None),
    ]


def test_a_long_text_is_cut_around_the_quote() -> None:
    text = "a" * 700 + " THE QUOTE " + "b" * 700

    around = excerpt(text, around="THE QUOTE")

    assert len(around) <= 500
    assert "THE QUOTE" in around
    assert around.startswith("…a")
    assert around.endswith("b…")
    assert excerpt(text).startswith("aaa")
    assert excerpt(text, around="not in there") == excerpt(text)
    assert excerpt(text, around="b" * 700).endswith("b" * 10 + "…")
    assert excerpt("short", around="x") == "short"
    assert excerpt(f"{text} THE END", around="THE END").endswith("THE END")


def test_passages_are_kept_best_first_as_far_as_they_fit() -> None:
    assert within([BEST, NEXT], characters=10) == (BEST, NEXT)
    assert [each.text for each in within([BEST, NEXT], characters=8)] == ["Best.", "Nex"]
    assert within([BEST, NEXT], characters=5) == (BEST,)
    assert [each.text for each in within([BEST, NEXT], characters=3)] == ["Bes"]
    assert within([BEST], characters=0) == ()
