"""The reader of web pages: main text, links, and hostile HTML."""

import json
from pathlib import Path

import pytest

from services.knowledge.adapters.extraction.extract import extract
from services.knowledge.domain.extraction import ExtractedDocument, ExtractionFailed

ARTICLE = "Ships wait outside the harbour until the tide allows them to enter. " * 5


def read(tmp_path: Path, html: str) -> ExtractedDocument:
    path = tmp_path / "page"
    path.write_text(html)
    return extract(path, "page")


def text_of(document: ExtractedDocument) -> str:
    return "\n".join(block.text for block in document.blocks)


def test_navigation_and_footers_are_left_out(tmp_path: Path) -> None:
    html = f"""<title>Tides</title><header><a href=/>Home</a> Buy now</header><nav>Menu</nav>
    <main><h1>Tides</h1><p>{ARTICLE}</p><h2>Fees</h2><table><tr><th>Ship</th><th>Fee</th></tr>
    <tr><td>Small</td><td>10</td></tr><tr><td>Large</td><td>99</td></tr></table></main>
    <footer>Imprint and cookies</footer>"""
    document = read(tmp_path, html)
    assert document.title == "Tides"
    assert "Ship: Large; Fee: 99" in text_of(document)
    assert [block.heading_path for block in document.blocks][-1] == ("Tides", "Fees")
    for noise in ("Buy now", "Menu", "Imprint"):
        assert noise not in text_of(document)


def test_a_short_page_is_read_whole(tmp_path: Path) -> None:
    assert (
        text_of(read(tmp_path, "<title>x</title><div>Closed on Mondays.</div>"))
        == "Closed on Mondays."
    )


def test_a_page_of_links_is_known_by_its_title(tmp_path: Path) -> None:
    document = read(tmp_path, "<title>Start</title><nav><a href=/a>A</a></nav>")
    assert text_of(document) == "Start"


def test_a_page_of_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExtractionFailed, match="No text"):
        read(tmp_path, "<title>App</title><div id=root></div><script>1</script>")


def test_links_are_noted_as_written_without_those_not_to_be_followed(tmp_path: Path) -> None:
    html = """<base href="/b/"><link rel="canonical" href="/c"><meta name="ROBOTS" content="NoIndex, nofollow">
    <p>Some text<a href="x?a=1&amp;b=2">1</a><a href="#top">2</a><a rel="nofollow ugc" href="/no">3</a>
    <a>4</a><a href="x?a=1&amp;b=2">5</a><map><area href="/area"></map>"""
    said = read(tmp_path, html).metadata
    assert json.loads(said["links"]) == ["x?a=1&b=2", "/area"]
    assert (said["base"], said["canonical"]) == ("/b/", "/c")
    assert said["robots"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "html",
    ["<div>" * 20_000 + "deep text", "<p>x" + "<a href='" + "y" * 5_000 + "'>z</a>",
     "<p>x" + "".join(f"<a href=/{n}{'q' * 900}>{n}</a>" for n in range(2_000)),
     "<table>" * 300 + "<tr><td>cell text", "<p>" + "&amp;" * 50_000, "<!--" + "x" * 100_000 + "--><p>seen",
     "<p>x<svg><script>" * 500, "\ufeff<p>text " + "\u202e" * 1_000],
)  # fmt: skip
def test_hostile_pages_are_read_within_bounds(tmp_path: Path, html: str) -> None:
    document = read(tmp_path, html)
    assert text_of(document)
    assert len(document.metadata["links"]) <= 200_000
