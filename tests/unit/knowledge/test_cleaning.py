"""Clean text has no characters that nobody sees or that databases refuse."""

import pytest

from services.knowledge.adapters.extraction.cleaning import clean


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("cafe\u0301", "café"),
        ("ef\ufb01cient", "efficient"),
        ("a\x00b\x07c\ud800", "abc"),
        ("soft\xadhyphen\u200b", "softhyphen"),
        ("a \t\xa0 b", "a b"),
        ("a \r\n\r\n\r\n\r\n b", "a\n\nb"),
        ("1986\u00e2\u0080\u00931990, Â£5", "1986–1990, £5"),
        ("Â£5 and â", "Â£5 and â"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_text_is_cleaned(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected
