"""`python -m nadir_models count`: work and GPU dispatches of a network before and after rewriting.

Before: the plain network as PyTorch exports it. After: the graph that `export` writes.
"""

import argparse

from nadir_models.families.registry import FAMILIES, get_family
from nadir_models.graph import onnx_graph
from nadir_models.graph.dispatches import count_dispatches
from nadir_models.graph.macs import count_macs

HEADER = "| network | GMAC before | after | GFLOP before | after | dispatches before | after |"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `count`."""
    parser.add_argument("--network", choices=FAMILIES, default="emsnet")
    parser.add_argument("--variant", help="size of the network; the default one without")
    parser.add_argument("--no-dispatches", action="store_true", help="MACs only: no WebGPU run")
    parser.add_argument("--programs", action="store_true", help="list dispatches by GPU program")


def run(arguments: argparse.Namespace) -> int:
    """Print one row of a Markdown table, with its header."""
    family = get_family(arguments.network)
    name = arguments.variant or family.default_variant
    variant = family.variant(name)
    network = variant.build(num_classes=6).eval()
    macs, dispatches = [], []
    for module in (network, variant.rewrite(network)):
        model = onnx_graph.to_onnx(module, variant.input_px)
        macs.append(count_macs(model) / 1e9)
        dispatches.append(None if arguments.no_dispatches else count_dispatches(model))
    totals = ["-" if counts is None else str(counts.total()) for counts in dispatches]
    cells = [f"{value:.3f}" for value in macs] + [f"{2 * value:.1f}" for value in macs] + totals
    print(HEADER)
    print("|---|---|---|---|---|---|---|")
    print(f"| {family.name}/{name} | {' | '.join(cells)} |")
    if arguments.programs:
        for label, counts in zip(("before", "after"), dispatches, strict=True):
            listed = ", ".join(f"{count} {name}" for name, count in (counts or {}).items())
            print(f"{label}: {listed}")
    return 0
