"""`python -m nadir_models restore`: an exported network as a checkpoint to train on from."""

import argparse
from pathlib import Path

import torch

from nadir_models.export.restore import restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `restore`."""
    parser.add_argument("--onnx", required=True, type=Path, help="a file that `export` wrote")
    parser.add_argument("--out", required=True, type=Path, help="checkpoint to write")


def run(arguments: argparse.Namespace) -> int:
    """Write the checkpoint; a NadirError leaves nothing behind."""
    found = restore(arguments.onnx)
    name, variant = found.family.name, found.variant_name
    facts = {"network": name, "variant": variant, "num_classes": found.num_classes}
    facts |= {"problem": found.problem.name, **found.facts}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({**facts, "state_dict": found.network.state_dict()}, arguments.out)
    print(f"{arguments.out}: {name} {variant} of {arguments.onnx.name}")
    if "classes" not in facts:
        print(
            "There is no manifest beside the file, so the checkpoint does not say its classes: "
            "train on from it, but it can neither teach nor be evaluated."
        )
    return 0
