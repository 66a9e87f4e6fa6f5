"""Links and their pages, as use cases see them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.web_address import WebAddress
from services.knowledge.domain.extraction import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """address: the same for all spellings of the URL. object_key: of its first page."""

    user_id: int
    knowledge_base_id: int
    url: str
    address: str
    title: str
    grabber_enabled: bool
    update_dynamically: bool
    object_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """None: as it was. address goes with url."""

    url: str | None = None
    address: str | None = None
    title: str | None = None
    grabber_enabled: bool | None = None
    update_dynamically: bool | None = None


class AddressTaken(Exception):
    """Another link of the knowledge base has that address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPage:
    """What an index run knows of the page that its document is.

    url: where it is fetched. depth: 0 for the link's own page. start_url: where that one was found.
    stored: the kind of the stored bytes, where they were fetched for this revision already.
    answering: hash of the text that answers now, None where another one would be indexed otherwise.
    """

    link_id: int
    url: str
    start_url: str
    depth: int
    title: str
    grabber_enabled: bool
    stored: str | None
    stored_hash: str | None
    answering: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """kind: of the reader for `body`."""

    address: WebAddress
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What became of a page that was fetched. size_bytes: stored. found: pages one step deeper.

    canonical: what the page calls itself, where that may be believed.
    """

    url: str
    canonical: str | None
    name: str
    kind: str
    size_bytes: int
    content_hash: str
    found: tuple[str, ...]


class PageUnchanged(Exception):
    """Its text is the one that answers already."""


class PageGone(Exception):
    """It is no page of the link (any more): not there, another origin, or the same as another page."""


def content_hash(blocks: Iterable[Block]) -> str:
    """Equal for equal text in equal structure; what is around the main text does not count."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(f"{block.kind}\x00{block.level}\x00{block.text}\x01".encode())
    return digest.hexdigest()
