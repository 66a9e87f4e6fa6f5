"""Terms compare across inflection, width and script."""

from services.models.domain.terms import terms, words


def test_hindi_keeps_its_vowel_signs() -> None:
    assert words("राजधानी क्या है?") == ["राजधानी", "क्या", "है"]


def test_inflected_words_share_a_term() -> None:
    assert terms("launching rockets") == terms("launched rocket")
    assert terms("cities") == terms("city")


def test_full_width_letters_and_case_are_folded() -> None:
    assert words("ＡＢＣ Straße") == ["abc", "strasse"]


def test_scripts_without_spaces_are_compared_by_characters_and_pairs() -> None:
    assert set(terms("東京")) == {"東", "京", "東京"}
    assert set(terms("東京")) & set(terms("私は東京に住む"))


def test_stop_words_carry_no_meaning() -> None:
    assert terms("what is the of a") == []
