"""Count multiply-accumulates and GPU dispatches of a network before and after rewriting.

Before: the plain network as PyTorch exports it. After: the graph that `export` writes. Dispatches
are counted on onnxruntime's WebGPU provider as it records them; the run is then given up.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nadir_models.families.registry import DEFAULT_VARIANTS, VARIANTS, build_network, get_variant
from nadir_models.graph import onnx_graph
from nadir_models.graph.macs import count_macs
from nadir_models.graph.rewrite import rewrite
from nadir_models.graph.webgpu import WebGpuUnavailable, count_until

HEADER = "| network | GMAC before | after | GFLOP before | after | dispatches before | after |"
END_MARK = "Atan"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `count`."""
    parser.add_argument("--network", choices=VARIANTS, default="emsnet")
    parser.add_argument("--variant", help="size of the network; the default one without")
    parser.add_argument("--no-dispatches", action="store_true", help="MACs only: no WebGPU run")
    parser.add_argument("--programs", action="store_true", help="list dispatches by GPU program")


def run(arguments: argparse.Namespace) -> int:
    """Print one row of a Markdown table, with its header."""
    variant = arguments.variant or DEFAULT_VARIANTS[arguments.network]
    size = get_variant(arguments.network, variant)
    network = build_network(arguments.network, variant).eval()
    macs, dispatches = [], []
    for module in (network, rewrite(network, size.input_px)):
        model = onnx_graph.to_onnx(module, size.input_px)
        macs.append(count_macs(model) / 1e9)
        dispatches.append(None if arguments.no_dispatches else count_dispatches(model))
    totals = ["-" if counts is None else str(counts.total()) for counts in dispatches]
    cells = [f"{value:.3f}" for value in macs] + [f"{2 * value:.1f}" for value in macs] + totals
    print(HEADER)
    print("|---|---|---|---|---|---|---|")
    print(f"| {arguments.network}/{variant} | {' | '.join(cells)} |")
    if arguments.programs:
        for label, counts in zip(("before", "after"), dispatches, strict=True):
            listed = ", ".join(f"{count} {name}" for name, count in (counts or {}).items())
            print(f"{label}: {listed}")
    return 0


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
