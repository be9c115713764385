"""`python -m nadir_models offset`: a constant on the logits of some classes of a checkpoint."""

import argparse
from pathlib import Path

import torch

from nadir_models.checkpoints.class_offsets import with_class_offsets
from nadir_models.checkpoints.read import read_checkpoint
from nadir_models.errors import NadirError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `offset`."""
    parser.add_argument("--checkpoint", required=True, type=Path, help="a file that `train` wrote")
    parser.add_argument("--out", required=True, type=Path, help="checkpoint to write")
    parser.add_argument(
        "offsets", nargs="+", metavar="CLASS=NUMBER", help="as clutter=-2: e² times as rare"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the checkpoint."""
    offsets = dict(map(_parsed, arguments.offsets))
    changed = with_class_offsets(read_checkpoint(arguments.checkpoint), offsets)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(changed, arguments.out)
    print(f"{arguments.out}: {changed['trained_on']}")
    return 0


def _parsed(text: str) -> tuple[str, float]:
    name, _, number = text.rpartition("=")
    try:
        return name, float(number)
    except ValueError:
        raise NadirError(f"'{text}' is not CLASS=NUMBER, as clutter=-2.") from None
