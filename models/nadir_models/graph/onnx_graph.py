"""From a rewritten network to an ONNX model: export, half-precision weights, metadata."""

import contextlib
import io
import logging
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from nadir_models.errors import NadirError
from nadir_models.graph.rewrite import Graph

# 17 made LayerNormalization one operator, 20 Gelu; 21 and later bring nothing WebGPU uses.
OPSET = 20
INPUT_NAMES = ("optical", "dsm")
OUTPUT_NAME = "logits"
LARGEST_HALF = 65504.0
# Smaller tensors (biases, norms) save nothing in half precision and carry the numerics.
SMALLEST_HALVED = 1024


def halve_weights(graph: nn.Module) -> None:
    """Round every large weight to the nearest half-precision number, in place.

    Afterwards the module computes, in single precision, exactly what the exported file does.
    """
    for name, tensor in (*graph.named_parameters(), *graph.named_buffers()):
        if tensor.numel() < SMALLEST_HALVED or tensor.dim() < 2 or not tensor.is_floating_point():
            continue
        if tensor.detach().abs().max() > LARGEST_HALF:
            raise NadirError(
                f"The weight {name} reaches {tensor.abs().max():.3g}, more than half precision "
                "holds (65504); export with --weights fp32."
            )
        tensor.data = tensor.data.half().float()


def to_onnx(graph: nn.Module, input_px: int, opset: int = OPSET) -> onnx.ModelProto:
    """Trace `graph(optical, dsm)` for square windows; the batch is symbolic, all else static."""
    inputs = (torch.zeros(2, 3, input_px, input_px), torch.zeros(2, 1, input_px, input_px))
    batch = torch.export.Dim("batch", min=1, max=256)
    noise = io.StringIO()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(noise):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            graph,
            inputs,
            dynamo=True,
            opset_version=opset,
            input_names=list(INPUT_NAMES),
            output_names=[OUTPUT_NAME],
            dynamic_shapes=({0: batch}, {0: batch}),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned no program")
    model = program.model_proto
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    del model.graph.value_info[:]
    del model.metadata_props[:]
    return model


def store_weights_as_half(model: onnx.ModelProto) -> None:
    """Store float weights that half precision holds exactly as half plus a Cast to float.

    Kernels that are zero but for their centre (shortcuts merged into 3x3 convolutions) are stored
    as 1x1 and padded. onnxruntime folds all of this when it loads the file, so only the download
    shrinks.
    """
    unpacking = []
    for tensor in list(model.graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        values = numpy_helper.to_array(tensor)
        halves = values.astype(np.float16)
        if values.size < SMALLEST_HALVED or not np.array_equal(halves.astype(np.float32), values):
            continue
        model.graph.initializer.remove(tensor)
        tail = centred_tail(halves)
        if tail is None:
            unpacking += add_half(model, tensor.name, halves)
        else:
            unpacking += add_centred(model, tensor.name, halves, *tail)
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(unpacking + nodes)


def add_half(model: onnx.ModelProto, name: str, halves: np.ndarray) -> list[onnx.NodeProto]:
    """Add an initializer; the node that makes it the float tensor `name`."""
    model.graph.initializer.append(numpy_helper.from_array(halves, f"{name}_half"))
    return [
        helper.make_node("Cast", [f"{name}_half"], [name], f"cast_{name}", to=TensorProto.FLOAT)
    ]


def add_centred(
    model: onnx.ModelProto, name: str, halves: np.ndarray, axis: int, start: int
) -> list[onnx.NodeProto]:
    """As `add_half`, for a (Cout, Cin, 3, 3) weight whose kernels from `start` on are centred."""
    dense, centred = np.split(halves, [start], axis)
    pads = f"{name}_pads"
    model.graph.initializer.append(
        numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64), pads)
    )
    return [
        *add_half(model, f"{name}_dense", dense),
        *add_half(model, f"{name}_centre", centred[:, :, 1:2, 1:2]),
        helper.make_node("Pad", [f"{name}_centre", pads], [f"{name}_centred"], f"pad_{name}"),
        helper.make_node(
            "Concat", [f"{name}_dense", f"{name}_centred"], [name], f"concat_{name}", axis=axis
        ),
    ]


def centred_tail(weights: np.ndarray) -> tuple[int, int] | None:
    """Axis and first index of trailing 3x3 kernels that hold nothing but their centre."""
    if weights.shape[2:] != (3, 3):
        return None
    border = weights != 0
    border[:, :, 1, 1] = False
    for axis in (0, 1):
        used = np.flatnonzero(border.any(axis=tuple({0, 1, 2, 3} - {axis})))
        start = int(used[-1]) + 1 if used.size else 0
        if 0 < start < weights.shape[axis]:
            return axis, start
    return None


def set_metadata(model: onnx.ModelProto, entries: dict[str, str]) -> None:
    """Replace the model's `metadata_props`."""
    del model.metadata_props[:]
    for key, value in entries.items():
        model.metadata_props.add(key=key, value=value)


def parameter_count(graph: Graph) -> int:
    """Numbers the exported graph holds in float tensors."""
    return sum(p.numel() for p in graph.parameters())
