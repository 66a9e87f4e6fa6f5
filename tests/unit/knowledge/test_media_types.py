"""Uploads are judged by their name and first bytes; names are made safe."""

import pytest

from services.knowledge.domain.media_types import UnsupportedDocument, check_upload, safe_file_name

CFB = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 500
ENCRYPTED = CFB + "EncryptedPackage".encode("utf-16-le")
DOCX = b"PK\x03\x04\x14\x00\x00\x00word/document.xml"


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.PDF", b"junk\n%PDF-1.7", "pdf"),
        ("a.docx", DOCX, "docx"),
        ("a.docx", b"PK\x03\x04\x14\x00\x00\x00[Content_Types].xml", "docx"),
        ("a.htm", b"<p>hi", "html"),
        ("a.xls", CFB, "xls"),
        ("a.txt", b"MZ is how this text begins", "txt"),
        ("a.txt", "hello world".encode("utf-16-le"), "txt"),
        ("a.txt", "\ufeffhello".encode("utf-16-be"), "txt"),
        ("a.log", b"a crash left this\x00 in a long line of the log" * 9, "txt"),
        ("a.txt", b"RIFF is a format", "txt"),
        ("archive.tar.md", b"# Title", "md"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_accepted(name: str, head: bytes, kind: str) -> None:
    assert check_upload(name, head, len(head)) == kind


@pytest.mark.parametrize(
    ("name", "head", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.exe", b"MZ", r'"\.exe" are not supported'),
        ("README", b"text", "without an extension"),
        ("a.doc", CFB, r"Save it as \.docx"),
        ("a.pdf", b"\x89PNG", "not a PDF"),
        ("a.docx", ENCRYPTED, "encrypted and needs a password"),
        ("a.xlsx", CFB, r"save it as a plain \.xlsx"),
        ("a.xlsx", DOCX, r"is a \.docx inside"),
        ("a.pptx", b"hello", r"named \.pptx but is not one"),
        ("a.xls", b"PK\x03\x04", "not an Excel 97-2003 workbook"),
        ("a.txt", b"%PDF-1.4", "is a PDF"),
        ("a.csv", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "binary"),
        ("a.txt", bytes(range(256)) * 8, "binary"),
        ("a.csv", b"RIFF\x24\x08\x00\x00WAVEfmt \x10\x00\x00\x00\x01", "binary"),
        ("a.md", b"\x7fELF\x02", "a program"),
    ],
)
def test_other_files_are_refused_with_the_reason_and_what_is_supported(
    name: str, head: bytes, reason: str
) -> None:
    with pytest.raises(UnsupportedDocument, match=reason) as refusal:
        check_upload(name, head, len(head))
    assert "docx" in refusal.value.reason or "empty" in refusal.value.reason


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        ("C:\\Users\\me\\a b.pdf", "a b.pdf"),
        ("a\x00\n.pdf", "a.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("..", "document"),
        ("", "document"),
        ("x/", "document"),
        (" . ", "document"),
        (".hidden.md", ".hidden.md"),
        ("Zürich 東京.txt", "Zürich 東京.txt"),
    ],
)
def test_only_the_last_part_of_a_name_counts(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_file_name("x" * 400 + ".docx")
    assert len(name) == 255
    assert name.endswith(".docx")
