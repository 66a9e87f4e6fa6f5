"""Puts an encoder behind two lanes, so that a question never waits for a batch of documents."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np

from services.models.adapters.onnx_encoder import OnnxEncoder, total
from services.models.domain.refusals import Busy
from services.models.ports import Embedded, Purpose, Truncate, Vectors

T = TypeVar("T")

_CHARACTERS_PER_TOKEN = 40  # no prose has so many: what lies beyond would be cut anyway
_URGENT_FACTOR = 4  # questions are short: so many more of them may wait


class EncoderLanes:
    """One thread for batches, one for what somebody waits for, over one encoder.

    Batches run slice by slice: between two slices the CPU is free for the other lane, and a
    cancelled request stops.
    """

    def __init__(self, encoder: OnnxEncoder, *, queue_limit: int, cache_size: int) -> None:
        card = encoder.card
        self.name, self.dimension = card.name, card.dimension
        self.max_tokens = card.max_tokens
        self._encoder = encoder
        self._queue_limit = queue_limit
        self._waiting = self._urgent_waiting = 0
        self._batches = ThreadPoolExecutor(1, thread_name_prefix="embed-batch")
        self._urgent = ThreadPoolExecutor(1, thread_name_prefix="embed-urgent")
        self._cache: OrderedDict[tuple[Purpose, str], tuple[Vectors, int]] = OrderedDict()
        self._cache_size = cache_size

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, truncate: Truncate = Truncate.END
    ) -> Embedded:
        """Vectors of a batch; raises TextTooLong, and Busy when the lane is full."""
        if self._waiting >= self._queue_limit:
            raise Busy("Too many embedding requests are waiting.", retry_after=2)
        self._waiting += 1
        try:
            return await self._embed(self._batches, texts, purpose, truncate)
        finally:
            self._waiting -= 1

    async def embed_urgently(self, texts: Sequence[str], purpose: Purpose) -> Embedded:
        """Vectors of short texts on the other lane; each text is computed once and remembered."""
        known = {text: self._recall(purpose, text) for text in texts}
        missing = [text for text, entry in known.items() if entry is None]
        if missing:
            fresh = await self._embed_missing(missing, purpose)
            share = fresh.tokens // len(missing)
            for text, vector in zip(missing, fresh.vectors, strict=True):
                known[text] = (vector, share)
                self._remember(purpose, text, (vector, share))
        found = [entry for text in texts if (entry := known[text]) is not None]
        return Embedded(
            vectors=np.stack([vector for vector, _ in found]),
            tokens=sum(tokens for _, tokens in found),
        )

    async def _embed_missing(self, texts: Sequence[str], purpose: Purpose) -> Embedded:
        if self._urgent_waiting >= _URGENT_FACTOR * self._queue_limit:
            raise Busy("Too many questions are waiting.", retry_after=1)
        self._urgent_waiting += 1
        try:
            return await self._embed(self._urgent, texts, purpose, Truncate.END)
        finally:
            self._urgent_waiting -= 1

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the encoder's own marks."""
        ids = await self._in(self._urgent, lambda: self._encoder.token_ids(texts))
        return [len(each) - 2 for each in ids]

    def known(self, text: str, purpose: Purpose) -> bool:
        """True when `embed_urgently` would not have to compute this text."""
        return (purpose, text) in self._cache

    def close(self) -> None:
        """Stop both lanes after what they are running."""
        self._batches.shutdown(cancel_futures=True)
        self._urgent.shutdown(cancel_futures=True)

    async def _embed(
        self, lane: ThreadPoolExecutor, texts: Sequence[str], purpose: Purpose, truncate: Truncate
    ) -> Embedded:
        if truncate is Truncate.END:
            texts = [text[: _CHARACTERS_PER_TOKEN * self.max_tokens] for text in texts]
        prefixed = [self._encoder.card.prefixed(text, purpose) for text in texts]
        raw = await self._in(lane, lambda: self._encoder.token_ids(prefixed))
        ids = [self._encoder.fit(each, truncate) for each in raw]
        owned = [
            (row, part) for row, each in enumerate(ids) for part in self._encoder.windows(each)
        ]
        vectors = np.zeros((len(ids), self.dimension), np.float32)
        for positions in self._encoder.slices([part for _, part in owned]):
            piece = [owned[position][1] for position in positions]
            made = await self._in(lane, partial(self._encoder.vectors, piece))
            np.add.at(vectors, [owned[position][0] for position in positions], made)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return Embedded(vectors=vectors, tokens=total(ids))

    @staticmethod
    async def _in(lane: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(lane, work)

    def _recall(self, purpose: Purpose, text: str) -> tuple[Vectors, int] | None:
        entry = self._cache.get((purpose, text))
        if entry is not None:
            self._cache.move_to_end((purpose, text))
        return entry

    def _remember(self, purpose: Purpose, text: str, entry: tuple[Vectors, int]) -> None:
        self._cache[purpose, text] = entry
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
