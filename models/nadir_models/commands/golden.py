"""`python -m nadir_models golden`: PyTorch's logits into the golden pair of an exported file."""

import argparse
from pathlib import Path

from nadir_models.export.golden import renew_golden


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `golden`."""
    parser.add_argument("onnx", type=Path, nargs="+", help="files that `export` wrote")


def run(arguments: argparse.Namespace) -> int:
    """Replace the logits beside each file; the file itself is left alone."""
    for path in arguments.onnx:
        print(f"{path}: changed by at most {renew_golden(path):.1e}")
    return 0
