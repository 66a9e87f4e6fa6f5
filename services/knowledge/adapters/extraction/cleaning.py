"""Makes text clean: composed characters, no controls, no invisible marks, single blanks."""

import re
import unicodedata

_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
_BLANKS = "\t\x0b\x0c\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
_BLANKS += "\u2008\u2009\u200a\u202f\u205f\u3000"
_TABLE: dict[int, str | None] = dict.fromkeys(range(0x20))
_TABLE |= dict.fromkeys(range(0x7F, 0xA0))
_TABLE |= dict.fromkeys(range(0xFDD0, 0xFDF0))
_TABLE |= dict.fromkeys(map(ord, "\xad\u200b\u2060\ufeff\ufffe\uffff\ufff9\ufffa\ufffb"))
_TABLE |= {ord(blank): " " for blank in _BLANKS}
_TABLE |= {ord(ligature): letters for ligature, letters in _LIGATURES.items()}
_TABLE |= {0x2010: "-", 0x2011: "-"}
_TABLE |= {ord("\n"): "\n", ord("\r"): "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}

_RARE = re.compile("[" + re.escape("".join(map(chr, _TABLE)).replace("\n", "")) + "]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MANY_BLANKS = re.compile(r"  +")
_LINE_ENDS = re.compile(r" *\n *")
_TRAILING_BLANKS = re.compile(r" +\n")
_MANY_LINES = re.compile(r"\n{3,}")

# UTF-8 that was once read as Latin-1: a lead byte's letter before C1 controls, seen in no real text.
_MOJIBAKE_SIGN = re.compile("[\xc2-\xf4][\x80-\x9f]")
_MOJIBAKE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _repaired(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def clean(text: str, *, verbatim: bool = False) -> str:
    """Text in NFC without control, invisible or surrogate characters; blanks collapsed, trimmed.

    verbatim: blanks and indentation stay, as in program code.
    """
    if verbatim:
        text = text.expandtabs(4)
    if not text.isascii():
        text = _SURROGATES.sub("", text)
        if _MOJIBAKE_SIGN.search(text):
            text = _MOJIBAKE.sub(_repaired, text)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    if _RARE.search(text):
        text = text.replace("\r\n", "\n").translate(_TABLE)
    if verbatim:
        return _TRAILING_BLANKS.sub("\n", text).strip("\n").rstrip()
    text = _MANY_BLANKS.sub(" ", text)
    if "\n" in text:
        text = _MANY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text))
    return text.strip()


def one_line(text: str) -> str:
    """Clean text with every run of white space as one blank."""
    return " ".join(clean(text).split())
