"""Weights and inputs anybody can regenerate, for which the official code's outputs are on file.

Weights: RandomState(crc32(key)) normals, scaled by the kind of tensor;
inputs: RandomState(20240610).
"""

import gzip
import json
import math
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

DATA = Path(__file__).parent / "data"
UNSCALED = (
    "pos_embed",
    "cls_token",
    "mask_token",
    "rel_h",
    "rel_w",
    "relative_position_bias_table",
)
MIXING = ("wx_Adapter", "wy_Adapter", "lora_wx", "lora_wy")


def recipe_value(key: str, shape: tuple[int, ...]) -> np.ndarray:
    """The float32 value of one tensor."""
    name = key.removeprefix("sam.")
    normal = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape)
    if name.endswith("running_var"):
        value = 0.5 + np.abs(normal)
    elif name.endswith("running_mean"):
        value = 0.1 * normal
    elif any(part in name for part in UNSCALED):
        value = 0.2 * normal
    elif len(shape) >= 2:
        value = normal / math.sqrt(math.prod(shape[1:]))
    elif name.endswith(MIXING):
        value = 0.5 + 0.1 * normal
    elif name.endswith(("weight", "weights")) or "gamma" in name:
        value = 1 + 0.1 * normal
    else:
        value = 0.1 * normal
    return value.astype(np.float32)


def fill_with_recipe(network: nn.Module) -> nn.Module:
    """Overwrite every floating tensor in place; returns the network in eval mode.

    One that stands under two names (MFNet's encoder, with and without `sam.`) is filled once.
    """
    filled: dict[int, str] = {}
    for key, tensor in network.state_dict().items():
        name = key.removeprefix("sam.")
        if tensor.dtype != torch.int64 and filled.get(tensor.data_ptr()) != name:
            tensor.copy_(torch.from_numpy(recipe_value(key, tuple(tensor.shape))))
            filled[tensor.data_ptr()] = name
    return network.eval()


def recipe_inputs(height: int, width: int, batch: int = 2) -> tuple[Tensor, Tensor]:
    """Optical (B, 3, H, W) and DSM (B, 1, H, W), uniform in [0, 1)."""
    random = np.random.RandomState(20240610)
    optical = random.random_sample((batch, 3, height, width)).astype(np.float32)
    dsm = random.random_sample((batch, height, width)).astype(np.float32)
    return torch.from_numpy(optical), torch.from_numpy(dsm)[:, None]


def key_table(name: str) -> list[tuple[str, tuple[int, ...], str]]:
    """(key, shape, dtype) of the official state dict, in the official order."""
    rows = []
    with gzip.open(DATA / "keys" / f"{name}.tsv.gz", "rt") as file:
        for line in file:
            key, shape, dtype = line.rstrip("\n").split("\t")
            rows.append(
                (key, tuple(int(n) for n in shape.strip("()").split(",") if n.strip()), dtype)
            )
    return rows


def network_table(network: nn.Module) -> list[tuple[str, tuple[int, ...], str]]:
    """The same of one of our networks."""
    return [
        (key, tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."))
        for key, tensor in network.state_dict().items()
    ]


def golden(name: str) -> tuple[dict[str, np.ndarray], dict]:
    """Arrays and per-module statistics that the official code produced."""
    with np.load(DATA / "golden" / f"{name}.npz") as arrays:
        outputs = dict(arrays)
    return outputs, json.loads((DATA / "golden" / f"{name}.json").read_text())
