"""Which stored values a question names."""

from collections import defaultdict

import pytest

from services.knowledge.adapters.data_query.linking import Place, linked
from services.knowledge.adapters.data_query.spelling import folded

COLUMNS = {
    "City": ["München", "São Paulo", "New York", "नई दिल्ली", "தமிழ்நாடு", "Zürich", "Kraków"],
    "Product": ["Laptop", "Desk lamp", "Battery", "T-Shirt (XL)", "All", "Webcam"],
    "Customer": ["Golden Harbour 10881", "Golden Harbour 10882", "Acme Holding Ltd", "IT"],
}


def _places() -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for column, values in COLUMNS.items():
        for value in values:
            places[folded(value)].append(Place("sales", column, value))
    return dict(places)


@pytest.mark.parametrize(
    ("question", "value", "words", "score"),
    [
        ("Sales in New York?", "New York", "New York", 1.0),
        ("sales in new york", "New York", "new york", 1.0),
        ("what of munchen", "München", "munchen", 0.98),
        ("what of MÜNCHEN", "München", "MÜNCHEN", 1.0),
        ("cities like Sao-Paulo", "São Paulo", "Sao-Paulo", 0.98),
        ("how many laptops", "Laptop", "laptops", 0.95),
        ("how many batteries", "Battery", "batteries", 0.95),
        ("price of the t shirt xl", "T-Shirt (XL)", "t shirt xl", 0.98),
        ("नई दिल्ली में कितने", "नई दिल्ली", "नई दिल्ली", 1.0),
        ("தமிழ்நாடு எவ்வளவு", "தமிழ்நாடு", "தமிழ்நாடு", 1.0),
        ("cost of IT in 2024", "IT", "IT", 1.0),
    ],
)
def test_spelling_differences_are_forgiven(
    question: str, value: str, words: str, score: float
) -> None:
    best = linked(question, _places())[0]
    assert (best.place.value, best.words, best.score) == (value, words, score)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("sales in Muenchen", "München"),
        ("sales in Zurrich", "Zürich"),
        ("sales in new yrok", "New York"),
        ("revenue of Golden Harbor 10881", "Golden Harbour 10881"),
        ("how many webcms", "Webcam"),
        ("orders of Acme", "Acme Holding Ltd"),
    ],
)
def test_misspelt_and_shortened_values_are_found(question: str, value: str) -> None:
    found = linked(question, _places())
    assert found[0].place.value == value
    assert 0.6 < found[0].score < 0.95


@pytest.mark.parametrize(
    "question",
    ["show me all of it", "how many are there in total", "Golden Harbour 10883", "", "?!", "दिन"],
)
def test_other_words_name_no_single_value(question: str) -> None:
    assert not [each for each in linked(question, _places()) if each.score > 0.9]


def test_numbers_are_not_misspelt() -> None:
    found = linked("orders of Golden Harbor 10882", _places())
    assert [each.place.value for each in found] == ["Golden Harbour 10882"]


def test_a_long_question_is_cut() -> None:
    assert len(linked("Laptop Webcam Zürich " * 2_000, _places())) == 3
