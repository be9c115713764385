"""Begin from a foundation model: Meta's DINOv2 or SAM file into a MoBaNet or an MFNet.

As in the authors' code, SAM's relative positions stay out (their tables keep another name and stay
zero), and so do a position table for another grid and the unused mask decoder's feed-forward
layers.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from nadir_models.backbones.foundation import Foundation
from nadir_models.checkpoints.fit import Mismatch, compare_state_dicts
from nadir_models.checkpoints.read import read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.families.family import Variant
from nadir_models.families.registry import FAMILIES


def load_backbone(network: nn.Module, variant: Variant, path: Path, label: str) -> int:
    """Copy a foundation model's tensors in place; returns how many.

    Strict: a NadirError lists what is missing, unexpected or wrongly shaped, and what would fit.
    """
    foundation = variant.foundation
    if foundation is None:
        raise NadirError(f"{label} has no foundation model inside; train it instead.")
    weights = read_checkpoint(path).state_dict
    mismatch = compare_backbone(network, foundation, weights)
    if mismatch:
        fits = fitting_networks(weights)
        advice = f"it is the backbone of {', '.join(fits)}" if fits else "it fits no network here"
        raise NadirError(f"{path} is not the backbone of {label}: {mismatch}; {advice}.")
    target = foundation.backbone(network).state_dict()
    taken = {
        key: tensor
        for key, tensor in weights.items()
        if key in target and target[key].shape == tensor.shape
    }
    with torch.no_grad():
        for key, tensor in taken.items():
            target[key].copy_(tensor)
    if foundation.finish is not None:
        foundation.finish(network)
    return len(taken)


def compare_backbone(
    network: nn.Module, foundation: Foundation, weights: Mapping[str, Tensor]
) -> Mismatch:
    """What keeps a foundation model's file from being this network's backbone."""
    within = foundation.backbone(network).state_dict()
    expected = {key: value for key, value in within.items() if not foundation.added.search(key)}
    found = {key: value for key, value in weights.items() if not foundation.left_out.search(key)}
    table = foundation.positions
    if table in found and found[table].shape[-1] == expected[table].shape[-1]:
        del found[table], expected[table]
    return compare_state_dicts(expected, found)


def fitting_networks(weights: Mapping[str, Tensor]) -> list[str]:
    """Every official `network variant` that has this backbone; builds without memory."""
    fits = []
    for name, family in FAMILIES.items():
        for size, variant in family.variants.items():
            if variant.official and variant.foundation is not None:
                with torch.device("meta"):
                    network = variant.build(num_classes=6)
                if not compare_backbone(network, variant.foundation, weights):
                    fits.append(f"{name} {size}")
    return fits
