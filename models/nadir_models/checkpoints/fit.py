"""A checkpoint must fit a network key by key; what does not is listed, with the size that would."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from nadir_models.checkpoints.read import Checkpoint
from nadir_models.errors import NadirError
from nadir_models.families.registry import FAMILIES


@dataclass(frozen=True)
class Mismatch:
    """How a state dict differs from a network's."""

    missing: list[str]
    unexpected: list[str]
    misshaped: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.misshaped)

    def __str__(self) -> str:
        parts = [
            f"{len(keys)} {label} ({', '.join(keys[:3])}{', …' if len(keys) > 3 else ''})"
            for label, keys in (
                ("missing", self.missing),
                ("unexpected", self.unexpected),
                ("wrongly shaped", self.misshaped),
            )
            if keys
        ]
        return "; ".join(parts)


def compare_state_dicts(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> Mismatch:
    """Keys of `expected` that are missing or of another shape, and keys that are too many."""
    return Mismatch(
        missing=[key for key in expected if key not in found],
        unexpected=[key for key in found if key not in expected],
        misshaped=[
            f"{key} is {tuple(found[key].shape)}, needs {tuple(expected[key].shape)}"
            for key in expected
            if key in found and found[key].shape != expected[key].shape
        ],
    )


def load_weights(network: nn.Module, checkpoint: Checkpoint, label: str, path: str | Path) -> None:
    """Load strictly; a NadirError lists the differences and names the variant that fits."""
    mismatch = compare_state_dicts(network.state_dict(), checkpoint.state_dict)
    if mismatch:
        fits = fitting_variant(checkpoint.state_dict)
        advice = f"it fits {fits}" if fits else "it fits no variant of this package"
        raise NadirError(f"{path} does not fit {label}: {mismatch}; {advice}.")
    network.load_state_dict(checkpoint.state_dict)


def count_classes(state_dict: Mapping[str, Tensor]) -> int | None:
    """Number of classes a checkpoint was trained for, from its last convolution."""
    for family in FAMILIES.values():
        if family.classifier_key in state_dict:
            return state_dict[family.classifier_key].shape[0]
    return None


def fitting_variant(state_dict: Mapping[str, Tensor]) -> str | None:
    """`network variant` (and options) whose keys and shapes equal these; builds without memory."""
    num_classes = count_classes(state_dict)
    if num_classes is None:
        return None
    for name, family in FAMILIES.items():
        for size, variant in family.variants.items():
            for options in variant.alternatives:
                with torch.device("meta"):
                    network = variant.build(num_classes=num_classes, **options)
                if not compare_state_dicts(network.state_dict(), state_dict):
                    extra = "".join(f" {key}={value}" for key, value in options.items())
                    return f"{name} {size}{extra} with {num_classes} classes"
    return None
