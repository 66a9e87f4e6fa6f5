"""Terms compare across inflection, width and script."""

import pytest

from services.models.domain.terms import is_english, terms, words


def test_hindi_keeps_its_vowel_signs() -> None:
    assert words("राजधानी क्या है?") == ["राजधानी", "क्या", "है"]


def test_inflected_words_share_a_term() -> None:
    assert terms("launching rockets") == terms("launched rocket")
    assert terms("cities") == terms("city")


def test_full_width_letters_and_case_are_folded() -> None:
    assert words("ＡＢＣ Straße") == ["abc", "strasse"]


def test_scripts_without_spaces_are_compared_by_runs_of_characters() -> None:
    assert terms("東京都") == ["東京", "京都"]
    assert set(terms("東京")) & set(terms("私は東京に住む"))
    assert set(terms("กรุงเทพ")) & set(terms("อยู่ที่กรุงเทพมหานคร"))


def test_forms_of_a_word_in_other_languages_share_a_term() -> None:
    assert terms("столица") == terms("столицы")
    assert terms("القاهرة") == terms("قاهرة")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Who was the first king of Norway?", True),
        ("voyager launch date", True),
        ("Wer war der erste König von Norwegen?", False),
        ("Quien gano el partido final ayer", False),
        ("भारत की राजधानी क्या है?", False),
    ],
)
def test_english_is_told_from_other_languages(text: str, *, is_so: bool) -> None:
    assert is_english(text) is is_so


def test_stop_words_carry_no_meaning() -> None:
    assert terms("what is the of a") == []
