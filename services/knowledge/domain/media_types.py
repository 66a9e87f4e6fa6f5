"""Which files can be read, told from their name and their first bytes."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Literal, get_args

Kind = Literal[
    "pdf", "docx", "pptx", "xlsx", "xls", "xlsb", "ods", "odt", "epub",
    "html", "md", "txt", "csv", "tsv", "json", "jsonl", "eml",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
ReadKind = Kind | Literal["page"]
"""What readers know: a page of a website is HTML of which only the main text counts."""
HEAD_BYTES = 8192  # how much of a file `check_upload` wants to see

ALIASES: dict[str, Kind] = {
    "htm": "html", "xhtml": "html", "markdown": "md", "text": "txt", "log": "txt", "rst": "txt",
    "xlsm": "xlsx", "ndjson": "jsonl",
}  # fmt: skip
LEGACY = {"doc": "docx", "ppt": "pptx", "rtf": "docx", "pages": "docx", "numbers": "xlsx"}
TEXT_KINDS = frozenset({"html", "md", "txt", "csv", "tsv", "json", "jsonl", "eml"})
ZIP_KINDS = frozenset({"docx", "pptx", "xlsx", "xlsb", "ods", "odt", "epub"})

CFB = bytes.fromhex("d0cf11e0a1b11ae1")  # old Office files, and encrypted new ones
ZIP = b"PK\x03\x04"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
BINARY = {
    b"%PDF-": "a PDF", ZIP: "a ZIP archive", CFB: "an old Office file", b"\x7fELF": "a program",
    b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"\xca\xfe\xba\xbe": "a program",
    b"\x1f\x8b": "a gzip archive", b"7z\xbc\xaf\x27\x1c": "a 7z archive", b"\xfd7zXZ": "an xz archive",
    b"Rar!\x1a": "a RAR archive", b"SQLite format 3\x00": "a database",
}  # fmt: skip
CONTROLS = bytes({*range(32)} - set(b"\t\n\f\r\x0b\x1a\x1b\x08")) + b"\x7f"
INSIDE_ZIP: dict[bytes, frozenset[str]] = {
    b"word/document.xml": frozenset({"docx"}),
    b"ppt/presentation.xml": frozenset({"pptx"}),
    b"xl/workbook.xml": frozenset({"xlsx"}),
    b"xl/workbook.bin": frozenset({"xlsb"}),
    b"mimetypeapplication/epub+zip": frozenset({"epub"}),
    b"mimetypeapplication/vnd.oasis.opendocument.text": frozenset({"odt"}),
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": frozenset({"ods"}),
}


class UnsupportedDocument(Exception):
    """The file cannot become a document; `reason` is a sentence that names what can."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def supported_types() -> str:
    """The supported extensions as one phrase: "pdf, docx, ..."."""
    return ", ".join((*KINDS, *ALIASES))


def kind_of(file_name: str) -> Kind:
    """The kind that the extension promises. Raises UnsupportedDocument, naming the supported ones."""
    extension = PurePosixPath(file_name).suffix.lower().lstrip(".")
    if extension in KINDS:
        return extension
    if extension in ALIASES:
        return ALIASES[extension]
    advice = f" Save it as .{LEGACY[extension]}." if extension in LEGACY else ""
    what = f'Files of type ".{extension}"' if extension else "Files without an extension"
    raise UnsupportedDocument(
        f"{what} are not supported.{advice} Supported types: {supported_types()}."
    )


def reading_name(kind: ReadKind) -> str:
    """What a file is called on disk while it is read: libraries tell formats by a name's ending."""
    return f"document.{kind}"


def check_upload(file_name: str, head: bytes, size_bytes: int) -> Kind:
    """The kind of a file about to be stored.

    head: its first bytes, HEAD_BYTES of them where it has as many.
    Raises UnsupportedDocument when it is empty, of no supported type, encrypted, or visibly not
    what its name says.
    """
    kind = kind_of(file_name)
    if size_bytes == 0 or not head:
        raise UnsupportedDocument("The submitted file is empty.")
    complaint = _complaint(kind, head)
    if complaint:
        raise UnsupportedDocument(f"{complaint} Supported types: {supported_types()}.")
    return kind


def _complaint(kind: Kind, head: bytes) -> str:
    if kind == "pdf":
        return "" if b"%PDF-" in head[:1024] else "The file is named .pdf but is not a PDF."
    if kind in ZIP_KINDS:
        return _zip_complaint(kind, head)
    if kind == "xls":
        fits = head.startswith((CFB, *BIFF))
        return "" if fits else "The file is named .xls but is not an Excel 97-2003 workbook."
    return _text_complaint(kind, head)


def _zip_complaint(kind: Kind, head: bytes) -> str:
    if head.startswith(CFB):
        if ENCRYPTED_PACKAGE in head:
            return "The file is encrypted and needs a password; save it without one."
        return f"The file is encrypted or in an old Office format; save it as a plain .{kind}."
    if not head.startswith(ZIP):
        return f"The file is named .{kind} but is not one."
    seen = [kinds for mark, kinds in INSIDE_ZIP.items() if mark in head]
    if seen and not any(kind in kinds for kinds in seen):
        return f"The file is named .{kind} but is a .{min(seen[0])} inside."
    return ""


def _text_complaint(kind: Kind, head: bytes) -> str:
    for magic, what in BINARY.items():
        if head.startswith(magic):
            return f"The file is named .{kind} but is {what}."
    if _is_binary(head) and not looks_like_utf16(head) and not looks_like_utf32(head):
        return f"The file is named .{kind} but holds binary data."
    return ""


def _is_binary(head: bytes) -> bool:
    """More than one byte in a hundred is a control character; logs do hold a stray one."""
    return (len(head) - len(head.translate(None, CONTROLS))) * 100 > len(head)


def looks_like_utf32(head: bytes) -> bool:
    """Whether a byte order mark says so."""
    return head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"))


def looks_like_utf16(head: bytes) -> str:
    """The UTF-16 codec that bytes holding NULs fit, "" for none.

    Without a byte order mark the NULs of the blanks, digits and line feeds of every language tell.
    """
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    even, odd = head[0::2], head[1::2]
    for codec, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        zeros = high.count(0)
        if zeros > len(high) // 50 and low.count(0) == 0:
            return codec
    return ""


_PATH_SEPARATORS = re.compile(r"[/\\]")
_KEPT_FORMATS = "\u200c\u200d"  # joiners that spell words in Persian and in emoji


def safe_file_name(name: str) -> str:
    """The last path part without control or direction characters, at most 255 characters.

    Never empty, "." or "..": such names become "document". The extension survives the cut.
    """
    last = _PATH_SEPARATORS.split(name)[-1]
    kept = (
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
        or character in _KEPT_FORMATS
    )
    clean = "".join(kept).strip()
    if not clean.strip(". "):
        return "document"
    if len(clean) <= 255:
        return clean
    suffix = PurePosixPath(clean).suffix[:16]
    return clean[: 255 - len(suffix)] + suffix
