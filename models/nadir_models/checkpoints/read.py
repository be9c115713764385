"""Checkpoints in: bare or wrapped state dicts, with or without prefixes, and `.safetensors`.

Files are read without running code in them. A network's checkpoint must fit key by key; what does
not fit is listed, together with the variant that would.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from nadir_models.errors import NadirError
from nadir_models.families.registry import VARIANTS, build_network

WRAPPERS = ("state_dict", "model", "model_state_dict", "net", "teacher", "student")
PREFIXES = ("module.", "model.", "teacher.", "student.", "backbone.")


@dataclass(frozen=True)
class Checkpoint:
    """Weights and whatever was stored beside them (trained_on, scores, bands, classes, …)."""

    state_dict: dict[str, Tensor]
    facts: dict[str, Any] = field(default_factory=dict)


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read a file of any of the accepted layouts; NadirError says what is wrong with another."""
    content = read_tensors(Path(path))
    facts: dict[str, Any] = {}
    while not is_state_dict(content):
        wrapper = next((key for key in WRAPPERS if isinstance(content.get(key), Mapping)), None)
        if wrapper is None:
            found = ", ".join(map(str, list(content)[:6])) or "nothing"
            raise NadirError(
                f"{path} holds no weights: expected tensors by name, or a dictionary with one of "
                f"{', '.join(WRAPPERS)}, but found {found}."
            )
        facts.update({key: value for key, value in content.items() if key != wrapper})
        content = content[wrapper]
    return Checkpoint(strip_common_prefix(dict(content)), facts)


def read_tensors(path: Path) -> Mapping[str, Any]:
    """The mapping in a `.safetensors` or PyTorch file; never unpickles anything but tensors."""
    if not path.is_file():
        raise NadirError(f"There is no checkpoint at {path}; check the path.")
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except (SafetensorError, OSError) as error:
            raise NadirError(f"{path} is not a whole safetensors file ({error}).") from error
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        if "Unsupported global" in str(error) or is_pickle(path):
            raise NadirError(
                f"{path} contains Python code besides tensors and was not opened, because loading "
                "it would run that code; save a plain state_dict and try again."
            ) from error
        raise NadirError(f"{path} is not a PyTorch checkpoint ({first_line(error)}).") from error
    except Exception as error:  # torch raises RuntimeError, EOFError, KeyError, ValueError, OSError
        raise NadirError(
            f"{path} is damaged or not a PyTorch checkpoint ({first_line(error)}); fetch it again."
        ) from error
    if not isinstance(content, Mapping):
        raise NadirError(f"{path} holds a {type(content).__name__}, not tensors by name.")
    return content


def is_pickle(path: Path) -> bool:
    """True for a bare pickle of protocol 2 or newer, which older PyTorch files also are."""
    with path.open("rb") as file:
        return file.read(1) == b"\x80"


def first_line(error: Exception) -> str:
    """The first sentence of a message that may run over many lines."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


def is_state_dict(content: Mapping[str, Any]) -> bool:
    """True for a non-empty mapping of names to tensors only."""
    return bool(content) and all(isinstance(value, Tensor) for value in content.values())


def strip_common_prefix(state_dict: dict[str, Tensor]) -> dict[str, Tensor]:
    """Drop `module.` (DataParallel) and the like where every key carries it."""
    for prefix in PREFIXES:
        if state_dict and all(key.startswith(prefix) for key in state_dict):
            return strip_common_prefix(
                {key.removeprefix(prefix): tensor for key, tensor in state_dict.items()}
            )
    return state_dict


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
    for key in (
        "final_fused.0.weight",
        "decoder.classifier.1.0.weight",
        "decoder.segmentation_head.2.0.weight",
    ):
        if key in state_dict:
            return state_dict[key].shape[0]
    return None


def fitting_variant(state_dict: Mapping[str, Tensor]) -> str | None:
    """`network variant` (and options) whose keys and shapes equal these; builds without memory."""
    num_classes = count_classes(state_dict)
    if num_classes is None:
        return None
    for name, variants in VARIANTS.items():
        for variant, entry in variants.items():
            for options in entry.alternatives:
                with torch.device("meta"):
                    network = build_network(name, variant, num_classes=num_classes, **options)
                if not compare_state_dicts(network.state_dict(), state_dict):
                    extra = "".join(f" {key}={value}" for key, value in options.items())
                    return f"{name} {variant}{extra} with {num_classes} classes"
    return None
