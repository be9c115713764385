"""Multiply-accumulates of an ONNX graph, from its shapes."""

import math

import onnx
from onnx import numpy_helper, shape_inference
from onnxscript.optimizer import fold_constants


def shapes_at_batch(model: onnx.ModelProto, batch: int = 1) -> dict[str, list[int]]:
    """Shape of every tensor once the symbolic batch is a number."""
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    for value in (*fixed.graph.input, *fixed.graph.output):
        dimension = value.type.tensor_type.shape.dim[0]
        if dimension.dim_param:
            dimension.dim_value = batch
    shapes = shapes_of(shape_inference.infer_shapes(fixed, data_prop=True))
    if all(name in shapes for node in fixed.graph.node for name in node.output if name):
        return shapes
    # Inference does not follow values through Range and the like, of which PyTorch makes indices
    # that depend on the batch; with the batch known they are constants.
    fold_constants(fixed, onnx_shape_inference=True)
    return {**shapes, **shapes_of(shape_inference.infer_shapes(fixed, data_prop=True))}


def shapes_of(model: onnx.ModelProto) -> dict[str, list[int]]:
    """Shape of every tensor whose dimensions are all known."""
    shapes = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    for value in (*model.graph.input, *model.graph.value_info, *model.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        if all(dimension.HasField("dim_value") for dimension in dimensions):
            shapes[value.name] = [dimension.dim_value for dimension in dimensions]
    for node in model.graph.node:
        if node.op_type == "Constant":
            value = next((a for a in node.attribute if a.name == "value"), None)
            if value is not None:
                shapes[node.output[0]] = list(numpy_helper.to_array(value.t).shape)
    return shapes


def count_macs(model: onnx.ModelProto) -> int:
    """Multiply-accumulates of convolutions and matrix products for one window.

    Element-wise work is left out, as the papers do; 1 MAC is 2 FLOPs.
    """
    shapes = shapes_at_batch(model)
    return sum(node_macs(node, shapes) for node in model.graph.node)


def node_macs(node: onnx.NodeProto, shapes: dict[str, list[int]]) -> int:
    """Multiply-accumulates of one node; 0 for operators that do not contract."""
    if node.op_type == "Conv":
        # out elements x (Cin / groups) x kernel area; the weight is (Cout, Cin / groups, kh, kw).
        return math.prod(shapes[node.output[0]]) * math.prod(shapes[node.input[1]][1:])
    if node.op_type == "ConvTranspose":
        return math.prod(shapes[node.input[0]]) * math.prod(shapes[node.input[1]][1:])
    if node.op_type == "MatMul":
        return math.prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
    if node.op_type == "Gemm":
        transposed = any(a.name == "transA" and a.i for a in node.attribute)
        return math.prod(shapes[node.output[0]]) * shapes[node.input[0]][0 if transposed else 1]
    if node.op_type == "Einsum":
        raise ValueError("Einsum is not counted; write it as MatMul")
    return 0
