"""Fetches one model's weights: tries its sources in order, checks the hash, converts once."""

from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from services.models.adapters.weights_lock import LockedFile, LockedModel
from services.models.adapters.weights_sources import SourceUnavailable, WeightsSources
from services.models.adapters.weights_store import HashMismatch, WeightsStore

log = structlog.get_logger()

DEFAULT_MODEL = "all-minilm-l6-v2"


class FetchFailed(Exception):
    """No source gave the file the lock names; the message says what each one did."""


class FetchWeights:
    """Puts a model of the lock file into the store."""

    def __init__(
        self,
        *,
        store: WeightsStore,
        sources: WeightsSources,
        models: Mapping[str, LockedModel],
        converters: Mapping[str, Callable[[Path], None]],
    ) -> None:
        self._store = store
        self._sources = sources
        self._models = models
        self._converters = converters

    def __call__(self, name: str) -> str:
        """Install `name` and return it; a path to a GGUF file is linked and its stem returned.

        Raises FetchFailed, also for a name that is neither.
        """
        if name.endswith(".gguf"):
            return self._adopt(Path(name))
        model = self._models.get(name)
        if model is None:
            raise FetchFailed(
                f"No model {name!r}; there are {', '.join(sorted(self._models))}, or a GGUF file's path."
            )
        with self._store.scratch() as scratch:
            for file in model.files:
                if not self._store.holds(file):
                    self._fetch(file, scratch)
                self._store.link(name, file)
        folder = self._store.folder(name)
        if convert := self._converters.get(model.format):
            convert(folder)
        log.info("weights_installed", model=name, folder=str(folder), licence=model.licence)
        return name

    def is_generator(self, name: str) -> bool:
        """True for what can be the chat model; a GGUF of the user's own is."""
        return name not in self._models or self._models[name].kind == "generator"

    def _adopt(self, gguf: Path) -> str:
        try:
            with gguf.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise FetchFailed(f"{gguf}: {error.strerror}") from error
        if magic != b"GGUF":
            raise FetchFailed(f"{gguf} is not a GGUF file.")
        return self._store.adopt(gguf)

    def _fetch(self, file: LockedFile, scratch: Path) -> None:
        failures = []
        for source in file.sources:
            log.info("weights_download_started", file=file.name, source=str(source)[:120])
            try:
                self._store.store(file, self._sources.open(source, scratch))
            except (SourceUnavailable, HashMismatch) as error:
                log.warning("weights_source_refused", file=file.name, reason=str(error))
                failures.append(f"- {error}")
            else:
                return
        raise FetchFailed(f"No source gave {file.name}:\n" + "\n".join(failures))
