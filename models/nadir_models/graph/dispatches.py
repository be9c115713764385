"""GPU dispatches of one window, counted on onnxruntime's WebGPU provider as it records them.

The run is then given up: no result is waited for.
"""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nadir_models.graph.webgpu import WebGpuUnavailable, count_until

END_MARK = "Atan"


def count_dispatches(model: onnx.ModelProto) -> Counter | None:
    """Dispatches of one window by GPU program; None, with the reason printed, without WebGPU."""
    feeds = {
        value.name: np.zeros(
            [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim], np.float32
        )
        for value in model.graph.input
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        onnx.save(with_end_mark(model), path)
        try:
            return count_until(path, feeds, END_MARK)
        except WebGpuUnavailable as reason:
            print(f"dispatches not counted: {reason}")
            return None


def with_end_mark(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy with one more output, made of the first by an operator no network here uses.

    The reshape costs no dispatch and keeps layout changes of the logits in front of the mark.
    """
    marked = onnx.ModelProto()
    marked.CopyFrom(model)
    logits = marked.graph.output[0].name
    marked.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "flat"))
    marked.graph.node.append(helper.make_node("Reshape", [logits, "flat"], ["flat_logits"]))
    marked.graph.node.append(helper.make_node(END_MARK, ["flat_logits"], ["end"]))
    marked.graph.output.append(helper.make_tensor_value_info("end", TensorProto.FLOAT, None))
    return marked
