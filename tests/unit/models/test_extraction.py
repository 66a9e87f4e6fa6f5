"""The sentences quoted are the right ones, in reading order, or none."""

import pytest

from services.models.domain.conversation import Document, Turn, question
from services.models.domain.extraction import (
    CANDIDATES,
    FOREIGN,
    Candidate,
    Quote,
    Sentence,
    choose,
    is_overview,
    openings,
    quotes,
    shortlist,
)


def document(text: str, name: str = "d") -> Document:
    return Document(id=name, title="", text=text)


def candidate(order: int, text: str, coverage: float = 0.0, doc: int = 0) -> Candidate:
    return Candidate(Sentence(doc, order, text), coverage, coverage)


def test_the_shortlist_begins_with_the_sentence_that_shares_the_rare_words() -> None:
    filler = "The weather was fine that day. " * 3
    found = shortlist(
        "Who chaired the committee?", [document(filler + "Sagan chaired the committee.")]
    )
    assert found[0].sentence.text == "Sagan chaired the committee."
    assert found[0].own_coverage == 1.0


def test_the_shortlist_is_bounded() -> None:
    long = document(" ".join(f"Sentence number {number} is here." for number in range(500)))
    assert len(shortlist("sentence", [long])) == CANDIDATES


def test_the_sentence_behind_a_named_one_inherits_its_coverage() -> None:
    found = shortlist(
        "Voyager launch", [document("Voyager had a launch. It flew far. Cats sleep.")]
    )
    by_text = {each.sentence.text: each.coverage for each in found}
    assert by_text["It flew far."] > by_text["Cats sleep."]


def test_nothing_is_chosen_when_the_best_sentence_is_far_from_the_question() -> None:
    assert choose([candidate(0, "a"), candidate(1, "b")], [0.2, 0.3]) == []
    assert choose([], []) == []


def test_shared_words_count_towards_the_gate() -> None:
    assert choose([candidate(0, "a", coverage=1.0)], [0.3])


def test_in_a_foreign_language_the_words_decide() -> None:
    assert choose([candidate(0, "a", coverage=0.1)], [0.9], FOREIGN) == []
    assert choose([candidate(0, "a", coverage=0.3)], [0.1], FOREIGN)


def test_at_most_three_sentences_are_chosen_and_the_best_comes_first() -> None:
    cosines = [0.5, 0.9, 0.6, 0.7]
    chosen = choose([candidate(n * 2, str(n)) for n in range(4)], cosines)
    assert [sentence.text for sentence in chosen] == ["1", "3", "2"]


def test_a_sentence_that_two_passages_share_is_quoted_once() -> None:
    twice = [candidate(0, "same"), candidate(0, "same", doc=1)]
    assert len(choose(twice, [0.9, 0.9])) == 1


def test_neighbours_are_joined_and_put_in_reading_order() -> None:
    chosen = [Sentence(1, 4, "four."), Sentence(0, 0, "zero."), Sentence(1, 3, "three.")]
    assert quotes(chosen) == [Quote(1, "three. four."), Quote(0, "zero.")]


def test_a_short_follow_up_takes_the_question_before_with_it() -> None:
    turns = [
        Turn("user", "Who launched Voyager 1?"),
        Turn("assistant", "NASA."),
        Turn("user", "And when?"),
    ]
    assert question(turns) == "Who launched Voyager 1?\nAnd when?"


def test_a_full_question_stands_alone() -> None:
    turns = [Turn("user", "Hello"), Turn("user", "Which rocket launched the Voyager probes?")]
    assert question(turns) == "Which rocket launched the Voyager probes?"


@pytest.mark.parametrize(
    "asked",
    ["What is this document about?", "Summarize the documents", "Give me a short summary of it."],
)
def test_a_question_about_the_whole_is_told_apart(asked: str) -> None:
    assert is_overview(asked)


@pytest.mark.parametrize("asked", ["Who wrote the document about Voyager?", "Hello", "What is it?"])
def test_other_questions_are_not_about_the_whole(asked: str) -> None:
    assert not is_overview(asked)


def test_the_whole_is_told_by_first_sentences() -> None:
    found = openings(
        [document("Title\n\nVoyager explores the outer solar system. It is old."), document("")]
    )
    assert [sentence.text for sentence in found] == ["Voyager explores the outer solar system."]


def test_a_heading_quoted_with_its_sentence_keeps_its_own_line() -> None:
    heading = Sentence(0, 0, "The archive")
    sentence = Sentence(0, 1, "The archive holds log books.")
    another = Sentence(0, 2, "It opens on Wednesday.")
    [quote] = quotes([sentence, heading, another])
    assert quote.text == "The archive\nThe archive holds log books. It opens on Wednesday."
