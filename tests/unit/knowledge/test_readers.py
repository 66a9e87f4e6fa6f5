"""Every reader gives text with its positions. Small files are made in a temporary folder."""

import email.message
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pptx.util import Inches

from services.knowledge.adapters.extraction.extract import READERS, extract
from services.knowledge.domain.extraction import Block, ExtractedDocument, ExtractionFailed
from services.knowledge.domain.media_types import KINDS, Kind, reading_name

Read = Callable[[Kind, bytes | str], ExtractedDocument]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_content(kind: Kind, content: bytes | str) -> ExtractedDocument:
        path = tmp_path / reading_name(kind)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return extract(path, kind)

    return read_content


def lines(document: ExtractedDocument) -> list[str]:
    return [block.text for block in document.blocks]


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf(*pages: str, title: str = "") -> bytes:
    """A PDF with one line of text for each line of each page, and an outline entry for its first."""
    count = len(pages)
    kids = " ".join(f"{10 + 3 * n} 0 R" for n in range(count))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: f"<< /Type /Outlines /First 12 0 R /Last {9 + 3 * count} 0 R /Count {count} >>",
        5: f"<< /Title ({title}) >>",
    }
    for n, page in enumerate(pages):
        first, shown = page.split("\n")[0], ") Tj T* (".join(page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 700 Td ({shown}) Tj ET"
        at = 10 + 3 * n
        objects[at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {at + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[at + 1] = f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"
        after = f"/Next {at + 5} 0 R" if n + 1 < count else ""
        objects[at + 2] = f"<< /Title ({first}) /Parent 4 0 R /Dest [{at} 0 R /Fit] {after} >>"
    body = "".join(f"{n} 0 obj\n{content}\nendobj\n" for n, content in objects.items())
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R /Info 5 0 R >>\n".encode()


def test_every_kind_has_a_reader() -> None:
    assert set(READERS) == {*KINDS, "page"}


def test_pdf_text_has_pages_and_the_headings_of_its_outline(read: Read) -> None:
    document = read("pdf", pdf("Rates\nThey are low.", "Fees\nThere are none.", title="Prices"))
    assert (document.title, document.page_count) == ("Prices", 2)
    assert list(document.blocks) == [
        Block(text="Rates", kind="heading", page=1, level=1),
        Block(text="They are low.", page=1, heading_path=("Rates",)),
        Block(text="Fees", kind="heading", page=2, level=1),
        Block(text="There are none.", page=2, heading_path=("Fees",)),
    ]


def test_pdf_page_headers_and_numbers_are_taken_off_but_once(read: Read) -> None:
    pages = [f"Handbook\nPart {word} is here and says something.\n{n}"
             for n, word in enumerate(["one", "two", "three", "four", "five"], start=1)]  # fmt: skip
    text = "\n".join(lines(read("pdf", pdf(*pages))))
    assert text.count("Handbook") == 1
    assert "Part five" in text
    assert "\n5" not in text


def test_pdf_words_divided_at_line_ends_are_joined(read: Read) -> None:
    assert "The embedding model" in lines(read("pdf", pdf("Title\nThe embed-\nding model.")))[1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 and nothing else", "not a readable PDF"),
        (pdf(" "), "No text found"),
    ],
)
def test_a_pdf_without_text_says_why(read: Read, content: bytes, reason: str) -> None:
    with pytest.raises(ExtractionFailed, match=reason):
        read("pdf", content)


def test_docx_keeps_the_order_of_headings_lists_and_tables(read: Read) -> None:
    document = docx.Document()
    document.add_heading("Rates", level=1)
    document.add_paragraph("They are low.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Name", "Price", "Tea", "3.20"], strict=True):
        cell.text = text
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "inside"
    document.add_heading("Small print", level=2)
    assert [(b.kind, b.text, b.heading_path) for b in read("docx", saved(document)).blocks] == [
        ("heading", "Rates", ()),
        ("paragraph", "They are low.", ("Rates",)),
        ("table_row", "Name; Price", ("Rates",)),
        ("table_row", "Name: Tea; Price: 3.20", ("Rates",)),
        ("table_row", "inside", ("Rates",)),
        ("heading", "Small print", ("Rates",)),
    ]


def test_docx_merged_cells_are_read_once_across_and_repeated_down(read: Read) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    for cell, text in zip(table._cells, ["City", "Street", "Bern", "A", "", "B"], strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert lines(read("docx", saved(document))) == [
        "City; Street", "City: Bern; Street: A", "City: Bern; Street: B",
    ]  # fmt: skip


def test_docx_insertions_and_content_controls_are_read_and_deletions_are_not(read: Read) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("kept ")
    for tag in ("w:ins", "w:del"):
        change, run = OxmlElement(tag), OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = tag
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    content.append(document.add_paragraph("in a form")._p)
    control.append(content)
    document.element.body.insert(1, control)
    assert lines(read("docx", saved(document))) == ["kept w:ins", "in a form"]
    assert qn("w:del") in saved_tags(document)


def saved_tags(document: docx.document.Document) -> set[str]:
    return {element.tag for element in document.element.iter()}


def test_pptx_slides_are_pages_with_titles_tables_and_notes(read: Read) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Quarter"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for at, text in enumerate(["Item", "Sum", "Tea", "7"]):
        table.cell(at // 2, at % 2).text = text
    slide.notes_slide.notes_text_frame.text = "Say thanks."
    document = read("pptx", saved(deck))
    assert document.page_count == 1
    assert [(b.text, b.page) for b in document.blocks] == [
        ("Quarter", 1), ("Item; Sum", 1), ("Item: Tea; Sum: 7", 1), ("Say thanks.", 1),
    ]  # fmt: skip


def test_xlsx_rows_stand_beside_their_columns_and_hidden_sheets_are_left_out(read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stock"
    for row in (
        ["Stock of May"],
        [],
        ["SKU", "Count", "Price"],
        ["SKU-0973", 12, 3.5],
        ["B", 0, None],
    ):
        sheet.append(row)
    book.create_sheet("Secret").append(["password"])
    book["Secret"].sheet_state = "hidden"
    document = read("xlsx", saved(book))
    assert document.metadata["hidden_sheets_left_out"] == "1"
    assert lines(document) == [
        "Stock", "Stock of May", "SKU; Count; Price",
        "SKU: SKU-0973; Count: 12; Price: 3.5", "SKU: B; Count: 0",
    ]  # fmt: skip


def test_xlsx_errors_are_shown_where_they_stand(read: Read) -> None:
    book = openpyxl.Workbook()
    for row in (["Name", "Sum"], ["Tea", 3], ["Tax", "#DIV/0!"]):
        book.active.append(row)
    assert lines(read("xlsx", saved(book)))[-1] == "Name: Tax; Sum: #DIV/0!"


def test_xlsx_errors_are_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Name", "Sum"], ["Tea", "#N/A"], ["Milk", 2]):
        book.active.append(row)
    for name in ("document", "document.bin"):
        (tmp_path / name).write_bytes(saved(book))
        assert lines(extract(tmp_path / name, "xlsx"))[1:] == [
            "Name; Sum", "Name: Tea; Sum: #N/A", "Name: Milk; Sum: 2",
        ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters_are_found(read: Read, delimiter: str) -> None:
    rows = [["Name", "Note"], ["Tea", "hot"], ["Milk", '"a, b; c"']]
    document = read("csv", "\r\n".join(delimiter.join(row) for row in rows))
    assert lines(document) == ["Name; Note", "Name: Tea; Note: hot", "Name: Milk; Note: a, b; c"]


def test_csv_without_names_is_read_as_values(read: Read) -> None:
    assert lines(read("csv", "1,2\n3,4\n")) == ["1; 2", "3; 4"]


def test_html_is_read_as_a_visitor_sees_it(read: Read) -> None:
    document = read(
        "html",
        """<html><head><title>Shop</title><style>x{}</style></head><body>
        <nav>Home</nav><h1>Tea &amp; milk</h1><p>Hot <b>and</b>\n strong.<br>Yes.</p>
        <ul><li>green<li>black</ul><script>evil()</script><div hidden>no</div>
        <table><tr><th>Name<th>Price<tr><td>Tea<td>3</table>
        <h2>Milk</h2>loose text<pre>a\n  b</pre></body>""",
    )
    assert document.title == "Shop"
    assert [(b.kind, b.text, b.heading_path) for b in document.blocks] == [
        ("heading", "Tea & milk", ()),
        ("paragraph", "Hot and strong.\nYes.", ("Tea & milk",)),
        ("list_item", "green", ("Tea & milk",)),
        ("list_item", "black", ("Tea & milk",)),
        ("table_row", "Name; Price", ("Tea & milk",)),
        ("table_row", "Name: Tea; Price: 3", ("Tea & milk",)),
        ("heading", "Milk", ("Tea & milk",)),
        ("paragraph", "loose text", ("Tea & milk", "Milk")),
        ("code", "a\n  b", ("Tea & milk", "Milk")),
    ]


def test_html_may_be_nested_without_end(read: Read) -> None:
    assert lines(read("html", "<div>" * 5_000 + "deep" + "</div>" * 5_000)) == ["deep"]


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "shift_jis", "utf-16"])
def test_html_says_in_what_it_is_written(read: Read, charset: str) -> None:
    text = "日本語のページ" if charset != "cp1252" else "Schöne Grüße – ‘ja’"
    page = f'<meta charset="{charset}"><p>{text}'.encode(charset)
    assert lines(read("html", page)) == [text]


def test_markdown_becomes_headings_items_rows_and_code(read: Read) -> None:
    document = read(
        "md",
        """---\ntitle: Prices\n---\n# Tea **now**\n\nSee [the list](http://x/l).
and `a_b_c <T>`\n\n- green\n- black\n\n| Name | Price |\n|---|--:|\n| Tea | 3 |\n
Milk\n----\n```py\n# no heading\n```\n""",
    )
    assert document.title == "Prices"
    assert [(b.kind, b.text, b.heading_path) for b in document.blocks] == [
        ("paragraph", "title: Prices", ()),
        ("heading", "Tea now", ()),
        ("paragraph", "See the list (http://x/l). and a_b_c <T>", ("Tea now",)),
        ("list_item", "green", ("Tea now",)),
        ("list_item", "black", ("Tea now",)),
        ("table_row", "Name; Price", ("Tea now",)),
        ("table_row", "Name: Tea; Price: 3", ("Tea now",)),
        ("heading", "Milk", ("Tea now",)),
        ("code", "# no heading", ("Tea now", "Milk")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_in_any_encoding_is_the_same(read: Read, encoding: str) -> None:
    text = "Grüße aus Köln: 5 € für zwölf Brötchen, schöne Straße, größer und älter – über „Öl“."
    assert lines(read("txt", f"{text}\n\n{text}".encode(encoding))) == [text, text]


def test_a_line_without_end_is_cut_between_words(read: Read) -> None:
    words = [word for line in lines(read("txt", "word " * 30_000)) for word in line.split()]
    assert words == ["word"] * 30_000


def test_json_is_flattened_and_lists_give_records(read: Read) -> None:
    content = '[{"name": "Tea", "tags": ["hot", 1], "at": [{"x": null, "y": true}]}, "end"]'
    assert lines(read("json", content)) == ["name: Tea\ntags: hot, 1\nat[0].y: true", "end"]


def test_jsonl_has_a_record_a_line(read: Read) -> None:
    assert lines(read("jsonl", '{"a": 1}\n\n{"a": 2}\n')) == ["a: 1", "a: 2"]


@pytest.mark.parametrize("content", ["{broken", '{"a": 1}\n{broken', "[" * 100_000])
def test_what_is_not_json_says_so(read: Read, content: str) -> None:
    with pytest.raises(ExtractionFailed, match="not valid JSON"):
        read("json", content)


def test_mail_gives_headers_text_and_names_of_attachments(read: Read) -> None:
    message = email.message.EmailMessage()
    message["Subject"] = "Grüße"
    message["From"] = "a@example.com"
    message.set_content("Plain words.")
    message.add_alternative("<p>Rich words.", subtype="html")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="tea.png")
    document = read("eml", message.as_bytes())
    assert document.title == "Grüße"
    assert lines(document) == [
        "Subject: Grüße\nFrom: a@example.com", "Plain words.", "Attachments: tea.png",
    ]  # fmt: skip


def test_mail_that_only_says_it_has_parts_is_read(read: Read) -> None:
    content = "Subject: Hi\nContent-Type: multipart/mixed; boundary=x\n\nno parts at all"
    assert lines(read("eml", content))[0] == "Subject: Hi"


ODT = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text>'
    '<t:h t:outline-level="1">Tea</t:h><t:p>Hot<t:s/>and<t:tab/>strong</t:p>'
    "<t:list><t:list-item><t:p>green</t:p></t:list-item></t:list></o:text></o:body>"
    "</o:document-content>"
)


def test_odt_has_headings_and_lists(read: Read) -> None:
    document = read("odt", zipped(**{"content.xml": ODT}))
    assert [(b.kind, b.text, b.heading_path) for b in document.blocks] == [
        ("heading", "Tea", ()), ("paragraph", "Hot and strong", ("Tea",)),
        ("list_item", "green", ("Tea",)),
    ]  # fmt: skip


def test_epub_pages_follow_the_spine(read: Read) -> None:
    package = (
        "<package><metadata><title>Book</title></metadata><manifest>"
        '<item id="a" href="a.html"/><item id="b" href="x/b.html"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    container = '<container><rootfile full-path="O/p.opf"/></container>'
    members = {"META-INF/container.xml": container, "O/p.opf": package}
    pages = {"O/a.html": "<p>second", "O/x/b.html": "<h1>first</h1>"}
    document = read("epub", zipped(**members, **pages))
    assert document.title == "Book"
    assert lines(document) == ["first", "second"]


def test_an_entity_bomb_stays_folded(read: Read) -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + ODT.replace("Hot", "&b;")
    assert "haha" not in "".join(lines(read("odt", zipped(**{"content.xml": bomb}))))


def test_a_file_outside_is_not_read_into_the_text(read: Read, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    entity = f'<!DOCTYPE b [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'
    document = read("odt", zipped(**{"content.xml": entity + ODT.replace("Hot", "&a;")}))
    assert "hunter2" not in "".join(lines(document))


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx", "odt", "epub"])
def test_a_zip_bomb_is_refused_before_it_is_inflated(read: Read, kind: Kind) -> None:
    with pytest.raises(ExtractionFailed, match="unpacks to more data"):
        read(kind, zipped(**{"content.xml": "0" * (80 << 20)}))


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx", "xls", "odt", "epub", "pdf"])
def test_a_file_that_is_no_document_fails_with_a_sentence(read: Read, kind: Kind) -> None:
    with pytest.raises(ExtractionFailed, match=r"^The .*\.$"):
        read(kind, b"this is not a document at all")


@pytest.mark.parametrize("kind", ["txt", "md", "html", "csv"])
def test_a_blank_file_has_no_text(read: Read, kind: Kind) -> None:
    with pytest.raises(ExtractionFailed, match="No text found"):
        read(kind, " \n\t\n ")


def test_too_much_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 1_000)
    with pytest.raises(ExtractionFailed, match="more than 100 characters"):
        extract(tmp_path / "a.txt", "txt", text_limit=100)
