"""Reads epub: the pages of the book in reading order."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .archive import opened_archive, xml_of
from .reading import About, Outline
from .web import page_blocks

_DAMAGED = "The file is not a readable EPUB."


def read(path: Path, about: About) -> Iterator[Block]:
    """Pages of the spine. Raises ExtractionFailed for damaged and copy-protected books."""
    with opened_archive(path) as archive:
        if "META-INF/rights.xml" in archive.namelist():
            raise ExtractionFailed("The book is copy-protected.")
        try:
            package_path = _package_path(archive)
            package = xml_of(archive.read(package_path))
        except KeyError as error:
            raise ExtractionFailed(_DAMAGED) from error
        title = package.find(".//{*}metadata/{*}title")
        about.title = "" if title is None else title.text or ""
        outline = Outline()
        for name in _pages(package, posixpath.dirname(package_path)):
            if name in archive.namelist():
                html = archive.read(name).decode("utf-8", "replace")
                yield from page_blocks(html, about, outline)


def _package_path(archive: ZipFile) -> str:
    root = xml_of(archive.read("META-INF/container.xml")).find(".//{*}rootfile")
    if root is None:
        raise ExtractionFailed(_DAMAGED)
    return str(root.get("full-path", ""))


def _pages(package: Any, folder: str) -> Iterator[str]:
    """Names inside the archive, in the order of the spine."""
    items = {item.get("id"): item.get("href", "") for item in package.iterfind(".//{*}item")}
    for reference in package.iterfind(".//{*}itemref"):
        href = items.get(reference.get("idref"))
        if href:
            yield posixpath.normpath(posixpath.join(folder, unquote(href).partition("#")[0]))
