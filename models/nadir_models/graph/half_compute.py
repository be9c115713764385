"""Half-precision graphs: everything computed in fp16 except what would overflow."""

import numpy as np
import onnx
import onnxruntime
from onnxconverter_common import float16

# Half precision ends at 65504; a factor of two is kept for inputs unlike the sample.
LARGEST_SAFE_ACTIVATION = 3e4


def compute_in_half(model: onnx.ModelProto, sample: dict[str, np.ndarray]) -> None:
    """Convert in place; inputs and outputs stay float32.

    Nodes whose output passes `LARGEST_SAFE_ACTIVATION` on the sample stay in single precision.
    """
    keep = nodes_that_overflow(model, sample)
    half = float16.convert_float_to_float16(
        model, keep_io_types=True, node_block_list=sorted(keep), disable_shape_infer=False
    )
    model.CopyFrom(half)
    del model.graph.value_info[:]


def largest_activations(model: onnx.ModelProto, sample: dict[str, np.ndarray]) -> dict[str, float]:
    """Largest absolute value of every node's first output, by node name, on the sample."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    known = {value.name for value in probe.graph.output}
    names = {node.output[0]: node.name for node in probe.graph.node if node.op_type != "Constant"}
    # Without a type, which onnxruntime infers: it refuses one that says "undefined".
    probe.graph.output.extend(
        onnx.ValueInfoProto(name=output) for output in names if output not in known
    )
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    outputs = [value.name for value in session.get_outputs()]
    first = {name: array[:1] for name, array in sample.items()}
    values = session.run(outputs, first)
    return {
        names[output]: float(np.abs(value).max())
        for output, value in zip(outputs, values, strict=True)
        if value.size and value.dtype.kind == "f" and output in names
    }


def nodes_that_overflow(model: onnx.ModelProto, sample: dict[str, np.ndarray]) -> set[str]:
    """Names of nodes whose output is too large for half precision on the sample."""
    return {
        name
        for name, largest in largest_activations(model, sample).items()
        if largest > LARGEST_SAFE_ACTIVATION
    }
