"""Keeps weights by content: blobs under their sha256, a folder of links per model."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.models.adapters.weights_lock import LockedFile, LockedModel

_CHUNK = 1 << 20
_RECIPE = "bert-fused-int8.1"  # of bert_graph.py: change it when the graph changes


class HashMismatch(Exception):
    """What came from a source is not the file the lock names."""


class WeightsStore:
    """`root/sha256/<hex>` holds bytes, `root/models/<name>/<file>` links to them."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def folder(self, name: str) -> Path:
        """Where the model's files are, or would be."""
        return self._root / "models" / name

    def blob(self, sha256: str) -> Path:
        """Where bytes with this hash are, or would be."""
        return self._root / "sha256" / sha256

    def holds(self, file: LockedFile) -> bool:
        """True when the blob is there with its full size; its hash was checked on arrival."""
        blob = self.blob(file.sha256)
        return blob.is_file() and blob.stat().st_size == file.size

    def installed(self, name: str, model: LockedModel) -> bool:
        """True when every file of the model is stored and linked."""
        return all(
            self.holds(file) and (self.folder(name) / file.name).exists() for file in model.files
        )

    def store(self, file: LockedFile, chunks: Iterable[bytes]) -> Path:
        """Write `chunks` as the blob of `file`; raises HashMismatch and keeps nothing otherwise."""
        with self.scratch() as scratch:
            partial = scratch / "partial"
            digest, size = hashlib.sha256(), 0
            with partial.open("wb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
            if digest.hexdigest() != file.sha256:
                raise HashMismatch(
                    f"{file.name}: got {size} bytes with sha256 {digest.hexdigest()}, "
                    f"the lock wants {file.size} bytes with sha256 {file.sha256}"
                )
            blob = self.blob(file.sha256)
            blob.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(blob)
        return blob

    def link(self, name: str, file: LockedFile) -> Path:
        """Give the blob of `file` its readable name in the model's folder."""
        path = self.folder(name) / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(os.path.relpath(self.blob(file.sha256), path.parent))
        return path

    def adopt(self, gguf: Path) -> str:
        """Link a GGUF file of the user's own under its stem, which is returned."""
        folder = self.folder(gguf.stem)
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / "model.gguf"
        link.unlink(missing_ok=True)
        link.symlink_to(gguf.absolute())
        return gguf.stem

    def choose_generator(self, name: str) -> None:
        """Remember which generative model the server loads from now on."""
        self._choice.parent.mkdir(parents=True, exist_ok=True)
        self._choice.write_text(name + "\n")

    def chosen_generator(self) -> str | None:
        """The remembered choice, if any."""
        return self._choice.read_text().strip() if self._choice.is_file() else None

    @property
    def _choice(self) -> Path:
        return self._root / "models" / "chosen"

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on the store's own disk that is gone afterwards."""
        self._root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".incoming-", dir=self._root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def encoder_file(folder: Path) -> Path:
    """Where the converted encoder of a model's folder is, or would be."""
    return folder / f"encoder.{_RECIPE}.onnx"


def read_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces of a megabyte."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
