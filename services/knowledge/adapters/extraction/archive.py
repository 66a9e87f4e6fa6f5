"""Opens the ZIP containers of office formats, refusing bombs before anything is inflated."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from services.knowledge.domain.extraction import ExtractionFailed

_MOST_MEMBERS = 20_000
_MOST_INFLATED = 768 * 1024 * 1024
_HIGHEST_RATIO = 150
_RATIO_MATTERS_FROM = 64 * 1024 * 1024
_PASSWORD = "The document is encrypted and needs a password."


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The checked archive. Raises ExtractionFailed when it is none, encrypted or a bomb."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ExtractionFailed(_why_no_archive(path)) from error
    with archive:
        _check(archive, path.stat().st_size)
        yield archive


def check_archive(path: Path) -> None:
    """Raises ExtractionFailed as `opened_archive` does, for libraries that open files themselves."""
    with opened_archive(path):
        return


def _why_no_archive(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "The document is encrypted and needs a password, or is in an old Office format."
    return "The file is damaged or is not what its name says."


def _check(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise ExtractionFailed(f"The file holds {len(members):,} parts, more than is allowed.")
    inflated = sum(member.file_size for member in members)
    is_bomb = inflated > _RATIO_MATTERS_FROM and inflated > _HIGHEST_RATIO * size
    if inflated > _MOST_INFLATED or is_bomb:
        raise ExtractionFailed("The file unpacks to more data than is allowed.")
    if any(member.flag_bits & 1 for member in members):
        raise ExtractionFailed(_PASSWORD)
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise ExtractionFailed(_PASSWORD)


def xml_of(content: bytes) -> Any:
    """The root element; entities stay unresolved and nothing is fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    root = etree.fromstring(content, parser)
    if root is None:
        raise ExtractionFailed("The file is damaged: a part of it is not XML.")
    return root
