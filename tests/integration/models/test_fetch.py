"""Weights are taken from the first source that gives the right bytes, and from no other."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.models.adapters.fetch_weights import FetchFailed, FetchWeights
from services.models.adapters.weights_lock import LockedFile, LockedModel, Source, locked_models
from services.models.adapters.weights_sources import SourceUnavailable, WeightsSources
from services.models.adapters.weights_store import WeightsStore

RIGHT = b"GGUF the right bytes"
FILE = LockedFile(
    name="model.gguf",
    sha256=hashlib.sha256(RIGHT).hexdigest(),
    size=len(RIGHT),
    sources=[Source(url="https://first.example/x"), Source(url="https://second.example/x")],
)
MODEL = LockedModel(
    title="t", publisher="p", licence="l", kind="generator", format="gguf", files=[FILE]
)


class Shelf(WeightsSources):
    """Sources with fixed contents; None is one that cannot be reached."""

    def __init__(self, *contents: bytes | None) -> None:
        super().__init__()
        self._contents = dict(zip((str(source) for source in FILE.sources), contents, strict=True))
        self.opened: list[str] = []

    def open(self, source: Source, scratch: Path) -> Iterator[bytes]:
        self.opened.append(str(source))
        content = self._contents[str(source)]
        if content is None:
            raise SourceUnavailable(f"{source} cannot be reached")
        yield content[:5]
        yield content[5:]


def fetching(root: Path, shelf: WeightsSources) -> FetchWeights:
    return FetchWeights(
        store=WeightsStore(root), sources=shelf, models={"tiny": MODEL}, converters={}
    )


def test_the_first_good_source_is_enough(tmp_path: Path) -> None:
    shelf = Shelf(RIGHT, None)
    fetching(tmp_path, shelf)("tiny")
    assert (tmp_path / "models" / "tiny" / "model.gguf").read_bytes() == RIGHT
    assert len(shelf.opened) == 1


def test_an_unreachable_source_falls_through_to_the_next(tmp_path: Path) -> None:
    fetching(tmp_path, Shelf(None, RIGHT))("tiny")
    assert WeightsStore(tmp_path).installed("tiny", MODEL)


def test_wrong_bytes_are_refused_by_name_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"(?s)the lock wants .*cannot be reached"):
        fetching(tmp_path, Shelf(b"something else", None))("tiny")
    assert not WeightsStore(tmp_path).installed("tiny", MODEL)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_stored_is_not_fetched_again(tmp_path: Path) -> None:
    fetching(tmp_path, Shelf(RIGHT, None))("tiny")
    again = Shelf(None, None)
    fetching(tmp_path, again)("tiny")
    assert again.opened == []


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="tiny"):
        fetching(tmp_path, Shelf(None, None))("huge")


def test_a_gguf_of_one_s_own_is_linked_and_anything_else_refused(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.gguf", tmp_path / "other.gguf"
    mine.write_bytes(RIGHT)
    other.write_bytes(b"PK not a model")
    fetch = fetching(tmp_path / "store", Shelf(None, None))
    assert fetch(str(mine)) == "mine"
    assert (tmp_path / "store" / "models" / "mine" / "model.gguf").read_bytes() == RIGHT
    with pytest.raises(FetchFailed, match="not a GGUF"):
        fetch(str(other))
    with pytest.raises(FetchFailed, match="No such file"):
        fetch(str(tmp_path / "absent.gguf"))


def test_an_unreachable_host_is_tried_once(tmp_path: Path) -> None:
    sources = WeightsSources()
    closed = Source(url="http://127.0.0.1:9/x")
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        list(sources.open(closed, tmp_path))
    with pytest.raises(SourceUnavailable, match="a moment ago"):
        list(sources.open(closed, tmp_path))


def test_the_lock_names_the_publisher_first_and_hashes_everything() -> None:
    models = locked_models()
    assert {"all-minilm-l6-v2", "multilingual-e5-small", "qwen2.5-coder-0.5b"} <= set(models)
    for name, model in models.items():
        for file in model.files:
            assert file.sources
            assert file.sources[0].url or name == "multilingual-e5-small"
