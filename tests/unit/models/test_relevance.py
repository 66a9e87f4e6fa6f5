"""Reranking prefers rare shared words that stand together."""

from services.models.domain.relevance import scores


def test_the_document_with_the_query_s_words_wins() -> None:
    ranked = scores("voyager launch date", ["bananas are yellow", "the launch date of voyager"])
    assert ranked[1] > ranked[0] == 0.0


def test_words_that_stand_together_beat_the_same_words_apart() -> None:
    far = "solar " + "filler " * 100 + "panel"
    ranked = scores("solar panel", [far, "a solar panel " + "filler " * 100])
    assert ranked[1] > ranked[0]


def test_scores_stay_between_zero_and_one() -> None:
    ranked = scores("a rare word", ["rare word " * 50, "", "word", "।।"])
    assert all(0.0 <= score <= 1.0 for score in ranked)


def test_a_query_of_stop_words_scores_nothing() -> None:
    assert scores("what is the", ["what is the"]) == [0.0]
