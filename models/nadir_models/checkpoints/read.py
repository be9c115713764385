"""Checkpoints in: bare or wrapped state dicts, with or without prefixes, and `.safetensors`.

Files are read without running code in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from nadir_models.errors import NadirError

WRAPPERS = ("state_dict", "model", "model_state_dict", "net", "teacher", "student")
PREFIXES = ("module.", "model.", "teacher.", "student.", "backbone.")


@dataclass(frozen=True)
class Checkpoint:
    """Weights and whatever was stored beside them (trained_on, scores, bands, classes, …)."""

    state_dict: dict[str, Tensor]
    facts: dict[str, Any] = field(default_factory=dict)


def require_described(checkpoint: Checkpoint, path: str | Path) -> None:
    """Refuse weights that do not say which network they are, or for which classes."""
    missing = [what for what in ("network", "classes") if what not in checkpoint.facts]
    if missing:
        raise NadirError(
            f"{path} does not say its {' and '.join(missing)}; give a file that `train` wrote, or "
            "`restore` with the manifest beside the ONNX file."
        )


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
