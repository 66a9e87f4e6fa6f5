"""Builds a BERT encoder with mean pooling as a fused ONNX graph and quantises it to int8, without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Array = NDArray[np.float32]
Tensors = Mapping[str, Array]


_MICROSOFT = "com.microsoft"
_EPSILON = 1e-12


@dataclass(frozen=True)
class BertShape:
    """What the weights do not say themselves."""

    layers: int
    heads: int


@dataclass
class _Graph:
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output


def write_int8(tensors: Tensors, shape: BertShape, target: Path) -> None:
    """Write the quantised encoder to `target`.

    `tensors` carry Hugging Face's BertModel names, float32. The graph takes `input_ids` (batch,
    length), `attention_mask` (batch, length) and `position_ids` (length), all int32, and gives
    `pooled` (batch, width): the mean of the token vectors, not yet normalised.
    """
    quantize_dynamic(
        _float_model(tensors, shape),
        target,
        per_channel=True,
        reduce_range=True,  # 7 bits: without VNNI, sums of 8-bit products overflow; costs no quality
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        nodes_to_exclude=["positions"],
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def write_float(tensors: Tensors, shape: BertShape, target: Path) -> None:
    """Write the encoder unquantised: four times the size, the reference for the int8 one."""
    onnx.save(_float_model(tensors, shape), target)


def _float_model(tensors: Tensors, shape: BertShape) -> Any:
    graph = _Graph()
    hidden = _embed(graph, tensors)
    for layer in range(shape.layers):
        hidden = _encode(graph, tensors, shape.heads, hidden, layer)
    _pool(graph, hidden)
    width = tensors["embeddings.LayerNorm.bias"].shape[0]
    signature = helper.make_graph(
        graph.nodes,
        "bert",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT32, ["batch", "length"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["batch", "length"]),
            helper.make_tensor_value_info("position_ids", TensorProto.INT32, ["length"]),
        ],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", width])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    return helper.make_model(signature, opset_imports=opsets, ir_version=9)


def _embed(graph: _Graph, tensors: Tensors) -> str:
    words = graph.constant("words_table", tensors["embeddings.word_embeddings.weight"])
    # Every text is segment 0, so its vector is part of the position's.
    segment = tensors["embeddings.token_type_embeddings.weight"][0]
    places = graph.constant(
        "positions_table", tensors["embeddings.position_embeddings.weight"] + segment
    )
    graph.node("Gather", [words, "input_ids"], "words")
    graph.node("Gather", [places, "position_ids"], "positions")
    graph.node("Add", ["words", "positions"], "embedded")
    gamma = graph.constant("embedded_gamma", tensors["embeddings.LayerNorm.weight"])
    beta = graph.constant("embedded_beta", tensors["embeddings.LayerNorm.bias"])
    return graph.node(
        "LayerNormalization", ["embedded", gamma, beta], "hidden", epsilon=_EPSILON, axis=-1
    )


def _encode(graph: _Graph, tensors: Tensors, heads: int, hidden: str, layer: int) -> str:
    source, mine = f"encoder.layer.{layer}.", f"layer{layer}_"

    def weight(name: str) -> Array:
        return tensors[source + name]

    attention = [f"attention.self.{part}." for part in ("query", "key", "value")]
    packed = np.concatenate([weight(part + "weight").T for part in attention], axis=1)
    bias = np.concatenate([weight(part + "bias") for part in attention])
    attended = graph.node(
        "Attention",
        [
            hidden,
            graph.constant(mine + "qkv", packed),
            graph.constant(mine + "qkv_bias", bias),
            "attention_mask",
        ],
        mine + "attended",
        domain=_MICROSOFT,
        num_heads=heads,
    )
    mixed = _linear(graph, attended, weight("attention.output.dense.weight"), mine + "mixed")
    normed = _skip_norm(
        graph, tensors, source + "attention.output.", mine + "mid", value=mixed, skip=hidden
    )
    wide = _linear(graph, normed, weight("intermediate.dense.weight"), mine + "wide")
    wide_bias = graph.constant(mine + "wide_bias", weight("intermediate.dense.bias"))
    bent = graph.node("BiasGelu", [wide, wide_bias], mine + "bent", domain=_MICROSOFT)
    narrow = _linear(graph, bent, weight("output.dense.weight"), mine + "narrow")
    return _skip_norm(graph, tensors, source + "output.", mine + "out", value=narrow, skip=normed)


def _linear(graph: _Graph, value: str, weight: Array, name: str) -> str:
    return graph.node("MatMul", [value, graph.constant(name + "_weight", weight.T)], name)


def _skip_norm(
    graph: _Graph, tensors: Tensors, source: str, name: str, *, value: str, skip: str
) -> str:
    inputs = [
        value,
        skip,
        graph.constant(name + "_gamma", tensors[source + "LayerNorm.weight"]),
        graph.constant(name + "_beta", tensors[source + "LayerNorm.bias"]),
        graph.constant(name + "_bias", tensors[source + "dense.bias"]),
    ]
    return graph.node("SkipLayerNormalization", inputs, name, domain=_MICROSOFT, epsilon=_EPSILON)


def _pool(graph: _Graph, hidden: str) -> None:
    last = graph.constant("last_axis", np.array([2], np.int64))
    middle = graph.constant("middle_axis", np.array([1], np.int64))
    graph.node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask_float", last], "mask_column")
    graph.node("Mul", [hidden, "mask_column"], "masked")
    graph.node("ReduceSum", ["masked", middle], "summed", keepdims=0)
    graph.node("ReduceSum", ["mask_column", middle], "counted", keepdims=0)
    graph.node("Div", ["summed", "counted"], "pooled")
