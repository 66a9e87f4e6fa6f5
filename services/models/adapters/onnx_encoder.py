"""Runs a converted sentence encoder on onnxruntime: texts to token ids, ids to unit vectors."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from services.models.domain.refusals import TextTooLong
from services.models.ports import Purpose, Truncate, Vectors

# Measured: up to a thousand tokens a run is the cheapest per text, and short enough to share the CPU.
_SLICE_TOKENS = 1024


@dataclass(frozen=True)
class EncoderCard:
    """What is known about an encoder beside its weights."""

    name: str
    weights: str
    dimension: int
    max_tokens: int  # of a text, without the encoder's own marks
    window_tokens: int  # a longer text is the mean of windows of at most this, marks included
    query_prefix: str = ""
    passage_prefix: str = ""

    def prefixed(self, text: str, purpose: Purpose) -> str:
        """The text as the encoder was trained to see it."""
        return (self.query_prefix if purpose is Purpose.QUERY else self.passage_prefix) + text


class OnnxEncoder:
    """Blocking; safe to call from several threads."""

    def __init__(self, card: EncoderCard, model: Path, tokenizer: Path, *, threads: int) -> None:
        self.card = card
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._session = onnxruntime.InferenceSession(
            str(model), _session_options(threads), providers=["CPUExecutionProvider"]
        )

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids with the two marks around them, not truncated."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def fit(self, ids: list[int], truncate: Truncate) -> list[int]:
        """The ids cut to the model's length; raises TextTooLong when `truncate` is NONE."""
        limit = self.card.max_tokens + 2
        if len(ids) <= limit:
            return ids
        if truncate is Truncate.NONE:
            raise TextTooLong(
                f"A text has {len(ids) - 2} tokens; {self.card.name} reads {limit - 2}."
            )
        if truncate is Truncate.END:
            return [*ids[: limit - 1], ids[-1]]
        return [ids[0], *ids[len(ids) - limit + 1 :]]

    def windows(self, ids: list[int]) -> list[list[int]]:
        """The ids as one window, or as several of nearly equal length, each between marks."""
        first, content, last = ids[0], ids[1:-1], ids[-1]
        count = max(1, math.ceil(len(content) / (self.card.window_tokens - 2)))
        step = math.ceil(len(content) / count)
        return [[first, *content[part * step : (part + 1) * step], last] for part in range(count)]

    def slices(self, id_lists: Sequence[list[int]]) -> Iterator[list[int]]:
        """Positions in `id_lists` that make good runs: of similar length, about 1000 tokens each."""
        order = sorted(range(len(id_lists)), key=lambda position: len(id_lists[position]))
        batch: list[int] = []
        for position in order:
            if batch and (len(batch) + 1) * len(id_lists[position]) > _SLICE_TOKENS:
                yield batch
                batch = []
            batch.append(position)
        if batch:
            yield batch

    def vectors(self, id_lists: Sequence[list[int]]) -> Vectors:
        """Unit vectors (texts, dimension) of one slice."""
        longest = max(len(ids) for ids in id_lists)
        tokens = np.zeros((len(id_lists), longest), np.int32)
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(id_lists):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feed = {
            "input_ids": tokens,
            "attention_mask": mask,
            "position_ids": np.arange(longest, dtype=np.int32),
        }
        pooled: Vectors = self._session.run(["pooled"], feed)[0]
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        pooled /= np.maximum(lengths, 1e-12)
        return pooled


def total(id_lists: Iterable[list[int]]) -> int:
    """Tokens without the two marks around each text."""
    return sum(max(len(ids) - 2, 0) for ids in id_lists)


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch's memory for ever
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
