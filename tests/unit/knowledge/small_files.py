"""A small file of each format that Parlance can write itself, made anew by each test that wants one.

xls and xlsb are left to the files kept outside of the repository: nothing here writes them.
"""

import email.message
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pptx
from pptx.util import Inches

from services.knowledge.domain.media_types import Kind

ROWS: tuple[list[Any], ...] = (
    ["Name", "Price"],
    ["Tea", 3.5],
    ["Milk", "#N/A"],
    ["Salt", "#DIV/0!"],
)
SENTENCE = "The warehouse in Rotterdam opens at seven."
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def _saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def _zipped(members: dict[str, str]) -> bytes:
    """Uncompressed, as OpenDocument and EPUB want their first member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf() -> bytes:
    """One page with one line; without a table of contents or of objects."""
    stream = f"BT /F1 12 Tf 50 700 Td ({SENTENCE}) Tj ET"
    fonts = "/Resources << /Font << /F1 5 0 R >> >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R {fonts} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R >>\n".encode()


def word() -> bytes:
    """A heading, a paragraph and a table."""
    document = docx.Document()
    document.add_heading("Hours", level=1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(rows=len(ROWS), cols=2)
    for row, values in zip(table.rows, ROWS, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = str(value)
    return _saved(document)


def slides() -> bytes:
    """One slide with a text box."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(5), Inches(1))
    box.text_frame.text = SENTENCE
    return _saved(deck)


def workbook() -> bytes:
    """Two sheets, one of them with cells that show errors."""
    book = openpyxl.Workbook()
    book.active.title = "Prices"
    for row in ROWS:
        book.active.append(row)
    book.create_sheet("Hours").append([SENTENCE])
    return _saved(book)


def _odf(kind: str, body: str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    content = (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" '
        f'xmlns:table="{_ODF}:table:1.0"><office:body><office:{kind}>{body}</office:{kind}></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'<m:manifest xmlns:m="{_ODF}:manifest:1.0"><m:file-entry m:full-path="/" '
        f'm:media-type="{mime}"/></m:manifest>'
    )
    return _zipped({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": manifest})


def open_text() -> bytes:
    """A heading and a paragraph."""
    return _odf("text", f'<text:h text:outline-level="1">Hours</text:h><text:p>{SENTENCE}</text:p>')


def open_sheet() -> bytes:
    """One sheet."""
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in ([SENTENCE, ""], *ROWS)
    )
    return _odf("spreadsheet", f'<table:table table:name="Prices">{rows}</table:table>')


def book() -> bytes:
    """One chapter."""
    container = '<container><rootfile full-path="p.opf"/></container>'
    package = (
        "<package><metadata><title>Book</title></metadata><manifest>"
        '<item id="a" href="a.html"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    return _zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "p.opf": package,
            "a.html": f"<h1>Hours</h1><p>{SENTENCE}</p>",
        }
    )


def mail() -> bytes:
    """Plain text with an attachment."""
    message = email.message.EmailMessage()
    message["Subject"] = "Hours"
    message.set_content(SENTENCE)
    message.add_attachment(b"x", maintype="image", subtype="png", filename="map.png")
    return message.as_bytes()


SMALL_FILES: dict[Kind, Callable[[], bytes]] = {
    "pdf": pdf,
    "docx": word,
    "pptx": slides,
    "xlsx": workbook,
    "ods": open_sheet,
    "odt": open_text,
    "epub": book,
    "eml": mail,
    "html": f"<title>Hours</title><h1>Hours</h1><p>{SENTENCE}</p>".encode,
    "md": f"# Hours\n\n{SENTENCE}\n".encode,
    "txt": lambda: SENTENCE.encode("utf-16"),
    "csv": lambda: f"Name;Note\nTea;{SENTENCE}\n".encode("cp1252"),
    "tsv": f"Name\tNote\nTea\t{SENTENCE}\n".encode,
    "json": f'[{{"note": "{SENTENCE}"}}]'.encode,
    "jsonl": f'{{"note": "{SENTENCE}"}}\n'.encode,
}
"""Each holds SENTENCE; the workbook shows errors as well."""
