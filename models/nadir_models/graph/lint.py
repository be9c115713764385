"""Find what WebGPU cannot run, or runs wrongly, in an ONNX file.

The rules hold for onnxruntime-web 1.30 with its native WebGPU provider. Severity `error` means
wrong or impossible, `warning` means slow or risky.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper

from nadir_models.errors import NadirError
from nadir_models.graph.macs import shapes_at_batch

# Operators with a kernel in the WebGPU provider; views (Reshape, …) and Constant included.
WEBGPU_OPERATORS = frozenset(
    """
    Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Cast
    Ceil Clip Concat Constant ConstantOfShape Conv ConvTranspose Cos Cosh CumSum DepthToSpace
    DequantizeLinear Div Dropout Einsum Elu Equal Erf Exp Expand Flatten Floor Gather
    GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual
    GridSample HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization LeakyRelu
    Less LessOrEqual Log MatMul Max MaxPool Min Mul Neg Not Or PRelu Pad Pow Range Reciprocal
    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
    ReduceSum ReduceSumSquare Relu Reshape Resize RotaryEmbedding ScatterElements ScatterND Shape
    Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Split Sqrt Squeeze Sub Tan Tanh
    ThresholdedRelu Tile TopK Transpose Unsqueeze Upsample Where
    """.split()
)
CONTRIB_OPERATORS = frozenset(
    """
    Attention BiasAdd BiasGelu BiasSplitGelu FastGelu FusedConv Gelu GroupQueryAttention
    MatMulNBits MultiHeadAttention QuickGelu RotaryEmbedding SimplifiedLayerNormalization
    SkipLayerNormalization SkipSimplifiedLayerNormalization
    """.split()
)
DYNAMIC_OPERATORS = frozenset({"If", "Loop", "NonZero", "Scan", "SequenceAt", "SequenceInsert"})
# Reduced in one thread per output below this; the provider goes parallel only for MaxPool and
# AveragePool, not for the Global operators.
LARGEST_SERIAL_POOL = 1024
HALF_TYPES = (TensorProto.FLOAT16, TensorProto.BFLOAT16)


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one node (or with the whole graph)."""

    severity: str
    rule: str
    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}  {self.rule}  {self.node}: {self.message}"


def read_model(path: Path) -> onnx.ModelProto:
    """Parse an ONNX file, or a NadirError."""
    try:
        return onnx.load(path)
    except FileNotFoundError as error:
        raise NadirError(f"There is no file at {path}; check the path.") from error
    except (DecodeError, ValueError) as error:
        raise NadirError(f"{path} is not a whole ONNX file ({error}).") from error


def lint(model: onnx.ModelProto) -> list[Finding]:
    """Every finding, in graph order."""
    shapes = shapes_at_batch(model)
    findings = list(lint_interface(model))
    produced_half = half_outputs(model)
    for node in model.graph.node:
        for rule in (lint_operator, lint_convolution, lint_pool, lint_attention):
            findings.extend(rule(node, shapes))
        findings.extend(lint_half_power(node, produced_half))
        findings.extend(lint_shape(node, shapes))
    return findings


def attributes(node: onnx.NodeProto) -> dict:
    """Attribute values by name."""
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def lint_interface(model: onnx.ModelProto) -> Iterator[Finding]:
    """Only the batch may be symbolic: WebGPU pipelines and graph capture want static shapes."""
    for value in (*model.graph.input, *model.graph.output):
        for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
            if axis > 0 and not dimension.HasField("dim_value"):
                yield Finding(
                    "error",
                    "dynamic-shape",
                    value.name,
                    f"axis {axis} is not a number; export for one window size",
                )
    opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0)
    if opset < 17:
        yield Finding(
            "warning",
            "opset",
            "graph",
            f"opset {opset} has no LayerNormalization operator; use 17 or newer",
        )


def lint_operator(node: onnx.NodeProto, _shapes: dict) -> Iterator[Finding]:
    """An operator without a kernel runs on the CPU, with copies there and back."""
    known = CONTRIB_OPERATORS if node.domain == "com.microsoft" else WEBGPU_OPERATORS
    if node.op_type in DYNAMIC_OPERATORS:
        yield Finding(
            "error", "dynamic-operator", node.name, f"{node.op_type} has no static output shape"
        )
    elif node.op_type not in known or node.domain not in ("", "ai.onnx", "com.microsoft"):
        domain = f"{node.domain}." if node.domain else ""
        yield Finding(
            "error", "no-kernel", node.name, f"{domain}{node.op_type} has no WebGPU kernel"
        )


def lint_convolution(node: onnx.NodeProto, shapes: dict) -> Iterator[Finding]:
    """Known wrong results of Conv and ConvTranspose, and int8 graphs."""
    if node.op_type not in ("Conv", "ConvTranspose") or node.input[1] not in shapes:
        return
    weight = shapes[node.input[1]]
    options = attributes(node)
    group = options.get("group", 1)
    kernel = math.prod(weight[2:])
    if node.op_type == "Conv":
        cout, cin = weight[0], weight[1] * group
        if group == 1 and kernel > 1 and cin > 3 and cin % 3 == 0 and cin % 4 and cout % 4 == 0:
            yield Finding(
                "error",
                "conv-vec3",
                node.name,
                f"{cin} input channels with a {weight[2]}x{weight[3]} kernel give wrong results in "
                "the NHWC layout; pad the channels to a multiple of 4 (onnxruntime #29651)",
            )
        strides = options.get("strides", [1])
        if options.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID") and max(strides) > 1:
            yield Finding(
                "error",
                "conv-auto-pad",
                node.name,
                "auto_pad with a stride is computed wrongly; write explicit pads (#26734)",
            )
    else:
        if (weight[0] // group) % 4 and weight[0] != group:
            yield Finding(
                "error",
                "deconv-channels",
                node.name,
                f"{weight[0] // group} input channels per group, not a multiple of 4, gave wrong "
                "results (#27749)",
            )
        yield Finding(
            "warning",
            "deconv-slow",
            node.name,
            "ConvTranspose is a naive gather; k2 s2 is a 1x1 convolution + DepthToSpace",
        )


def lint_pool(node: onnx.NodeProto, shapes: dict) -> Iterator[Finding]:
    """Global pools run one thread per channel over the whole map."""
    if node.op_type in ("GlobalAveragePool", "GlobalMaxPool") and node.input[0] in shapes:
        area = math.prod(shapes[node.input[0]][2:])
        if area > LARGEST_SERIAL_POOL:
            yield Finding(
                "warning",
                "pool-serial",
                node.name,
                f"{area} values per thread; MaxPool and AveragePool of the whole map run parallel",
            )


def lint_attention(node: onnx.NodeProto, _shapes: dict) -> Iterator[Finding]:
    """The fused attention kernel is wrong on some adapters."""
    if node.op_type in ("MultiHeadAttention", "GroupQueryAttention", "Attention"):
        yield Finding(
            "warning",
            "attention-subgroups",
            node.name,
            f"{node.op_type} is wrong on adapters with subgroups smaller than 16 unless the device "
            "is created without the 'subgroups' feature",
        )


def lint_half_power(node: onnx.NodeProto, half: set[str]) -> Iterator[Finding]:
    """Squares overflow half precision from 256 on: the sign of a decomposed LayerNorm."""
    risky = node.op_type in ("Pow", "ReduceSumSquare", "ReduceL2", "Exp")
    if risky and any(name in half for name in node.input):
        yield Finding(
            "warning",
            "half-overflow",
            node.name,
            f"{node.op_type} in half precision overflows easily; keep it in single precision",
        )


def half_outputs(model: onnx.ModelProto) -> set[str]:
    """Names of tensors that are in half precision, as far as types were inferred."""
    inferred = onnx.shape_inference.infer_shapes(model)
    return {
        value.name
        for value in inferred.graph.value_info
        if value.type.tensor_type.elem_type in HALF_TYPES
    }


def lint_shape(node: onnx.NodeProto, shapes: dict) -> Iterator[Finding]:
    """Shapes that are computed at run time cost CPU round trips and forbid graph capture."""
    if node.op_type in ("Shape", "Size", "Range", "ConstantOfShape"):
        yield Finding(
            "warning", "dynamic-shape", node.name, f"{node.op_type} computes a shape at run time"
        )
    if node.op_type == "Resize" and not any(name in shapes for name in node.input[2:] if name):
        yield Finding("error", "dynamic-resize", node.name, "the size is computed at run time")
    if node.op_type == "DequantizeLinear" and "block_size" in attributes(node):
        yield Finding(
            "error", "dequantize-blocked", node.name, "blocked 1-D dequantising is wrong (#32730)"
        )
    if node.op_type == "Clip" and len(node.input) < 3:
        yield Finding("warning", "clip-open", node.name, "Clip without both bounds; write Relu")
