"""Turns fetched weights into what the server loads: an int8 encoder and its tokenizer, once."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from services.models.adapters.bert_graph import BertShape, Tensors, write_int8
from services.models.adapters.weights_store import encoder_file

MINILM = BertShape(layers=6, heads=12)


def convert_safetensors(folder: Path) -> None:
    """Convert `model.safetensors` of all-MiniLM-L6-v2 beside itself; does nothing the second time."""
    target = encoder_file(folder)
    if target.exists():
        return
    tensors: Tensors = {
        name: np.asarray(value, np.float32)
        for name, value in load_file(folder / "model.safetensors").items()
    }
    partial = target.with_suffix(".partial")
    write_int8(tensors, MINILM, partial)
    partial.replace(target)
