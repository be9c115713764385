"""`python -m nadir_models backbone`: Meta's DINOv2 or SAM file as the start of a training.

Writes a whole checkpoint (backbone given, the rest freshly initialised) that `train --init` goes on
from and `export --checkpoint` accepts.
"""

import argparse
from pathlib import Path

import torch

from nadir_models.checkpoints.foundation import load_backbone
from nadir_models.families.registry import FAMILIES, get_family


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `backbone`."""
    on_foundations = [
        name
        for name, family in FAMILIES.items()
        if any(variant.foundation for variant in family.variants.values())
    ]
    parser.add_argument("--network", choices=on_foundations, required=True)
    parser.add_argument("--variant", help="size of the network; the default one without")
    parser.add_argument("--weights", required=True, type=Path, help="Meta's .pth or .safetensors")
    parser.add_argument("--out", required=True, type=Path, help="checkpoint to write")
    parser.add_argument("--classes", type=int, default=6, dest="num_classes")


def run(arguments: argparse.Namespace) -> int:
    """Write the checkpoint; a NadirError leaves nothing behind."""
    family = get_family(arguments.network)
    name = arguments.variant or family.default_variant
    variant = family.variant(name)
    network = variant.build(num_classes=arguments.num_classes)
    label = f"{family.name} {name}"
    taken = load_backbone(network, variant, arguments.weights, label)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"network": family.name, "variant": name, "num_classes": arguments.num_classes}
    torch.save({**facts, "state_dict": network.state_dict()}, arguments.out)
    print(f"{arguments.out}: {label} with {taken} tensors of {arguments.weights.name}")
    return 0
