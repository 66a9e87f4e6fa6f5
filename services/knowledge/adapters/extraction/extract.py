"""The door to the readers: picks one, cleans what it yields and enforces the text limit."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from services.knowledge.domain.extraction import Block, ExtractedDocument, ExtractionFailed
from services.knowledge.domain.media_types import ReadKind

from .cleaning import clean, one_line
from .reading import About, Reader

TEXT_LIMIT = 64 * 1024 * 1024  # characters

# Named, not imported: a child process loads only the libraries of its document's format.
READERS: dict[ReadKind, str] = {
    "pdf": "pdf", "docx": "word", "pptx": "slides", "xlsx": "spreadsheet", "xls": "spreadsheet",
    "xlsb": "spreadsheet", "ods": "spreadsheet", "odt": "opendocument", "epub": "epub",
    "html": "web", "md": "markdown", "txt": "text", "csv": "delimited", "tsv": "delimited",
    "json": "structured", "jsonl": "structured", "eml": "mail", "page": "page",
}  # fmt: skip


def reader_of(kind: ReadKind) -> Reader:
    """The `read` function of the kind's module."""
    reader: Reader = import_module(f".{READERS[kind]}", __package__).read
    return reader


def extract(path: Path, kind: ReadKind, *, text_limit: int = TEXT_LIMIT) -> ExtractedDocument:
    """The whole document in memory and in this process: for tests and trusted files.

    Raises ExtractionFailed.
    """
    about = About()
    blocks = tuple(clean_blocks(path, kind, about, text_limit=text_limit))
    return ExtractedDocument(
        blocks=blocks,
        title=one_line(about.title)[:500],
        page_count=about.page_count,
        metadata=about.metadata,
    )


def clean_blocks(path: Path, kind: ReadKind, about: About, *, text_limit: int) -> Iterator[Block]:
    """Blocks that are not blank, one by one. Raises ExtractionFailed, also after the last block."""
    total = 0
    for block in reader_of(kind)(path, about):
        text = clean(block.text, verbatim=block.kind == "code")
        if not text.strip():
            continue
        total += len(text)
        if total > text_limit:
            raise ExtractionFailed(f"The document holds more than {text_limit:,} characters.")
        yield replace(block, text=text, heading_path=tuple(map(one_line, block.heading_path)))
    if not total:
        raise ExtractionFailed("No text found in the document.")
