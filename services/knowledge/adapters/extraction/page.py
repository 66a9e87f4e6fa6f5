"""Reads a page of a website: its main text, where it leads, and what it says of itself.

Facts in the metadata: `links` (a JSON list, as written), `base`, `canonical`, `robots`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from services.knowledge.domain.extraction import Block

from .cleaning import one_line
from .reading import About, Outline
from .web import decoded, page_blocks

_LONGEST_LINKS = 200_000  # characters of JSON
_LONGEST_LINK = 2_000
_MOST_TO_SIEVE = 3_000_000  # characters; of a longer page the whole text is taken
_LITTLE = 200  # characters
_SHARE, _SHARE_OF_LITTLE = 10, 4  # a smaller part of a page is not what the page is about


def read(path: Path, about: About) -> Iterator[Block]:
    """Blocks of the main text; of all text where there is little; of the title where there is none."""
    html = decoded(path.read_bytes(), path, about)
    tree = LexborHTMLParser(html)
    has_links = _note(tree, about)
    whole = list(page_blocks(html, about, Outline()))
    main = _main(tree.html or "")  # with the tags that HTML lets authors leave out
    blocks = main if _is_enough(_length(main), _length(whole)) else whole
    if not blocks and has_links and about.title:
        blocks = [Block(text=about.title)]
    yield from blocks


def _main(html: str) -> list[Block]:
    if len(html) > _MOST_TO_SIEVE:
        return []
    try:
        sieved = trafilatura.extract(
            html,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            include_tables=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it raises anything on hostile pages; all text is left
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return []
    return list(page_blocks(sieved, About(), Outline())) if sieved else []


def _is_enough(main: int, whole: int) -> bool:
    if main < _LITTLE:  # where there is nothing else, it is a menu
        return 0 < whole <= main * _SHARE_OF_LITTLE
    return whole <= main * _SHARE


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text.strip()) for block in blocks)


def _note(tree: LexborHTMLParser, about: About) -> bool:
    """Whether the page has links at all."""
    base = tree.css_first("base[href]")
    canonical = tree.css_first('link[rel~="canonical"][href]')
    for name, node in (("base", base), ("canonical", canonical)):
        value = (node.attributes.get("href") if node is not None else "") or ""
        about.metadata[name] = one_line(value)[:_LONGEST_LINK]
    robots = tree.css_first('meta[name="robots" i]')
    said = (robots.attributes.get("content") if robots is not None else "") or ""
    about.metadata["robots"] = one_line(said).lower()[:200]
    links = dict.fromkeys(
        link
        for node in tree.css("a[href], area[href]")
        if (link := _followed(node.attributes)) is not None
    )
    about.metadata["links"] = _bounded(list(links))
    return bool(links)


def _followed(attributes: dict[str, str | None]) -> str | None:
    link = (attributes.get("href") or "").strip()
    is_ours = bool(link) and not link.startswith("#") and len(link) <= _LONGEST_LINK
    refused = "nofollow" in (attributes.get("rel") or "").lower()
    return link if is_ours and not refused else None


def _bounded(links: list[str]) -> str:
    while len(dumped := json.dumps(links)) > _LONGEST_LINKS:
        links = links[: len(links) * 2 // 3]
    return dumped
