"""Begin from a foundation model: Meta's DINOv2 or SAM file into a MoBaNet or an MFNet.

The command writes a whole checkpoint (backbone given, the rest freshly initialised) that `train
--init` goes on from and `export --checkpoint` accepts. As in the authors' code, SAM's relative
positions stay out (their tables keep another name and stay zero), and so do a position table for
another grid and the unused mask decoder's feed-forward layers.
"""

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from nadir_models.backbones.sam_vit import SamSegmenter
from nadir_models.checkpoints.read import Mismatch, compare_state_dicts, read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.families.mobanet.network import MoBaNetDinov2
from nadir_models.families.registry import DEFAULT_VARIANTS, VARIANTS, build_network

# In SAM's files but not taken: renamed in the official code of both networks.
SAM_LEFT_OUT = re.compile(
    r"\.attn\.rel_pos_[hw]$|^mask_decoder\.transformer\.layers\.\d\.mlp\.lin[12]\."
)
# In the networks' `sam.*` but not in SAM's files: what tunes it, and the other side of the above.
SAM_ADDED = re.compile(
    r"_Adapter|\.lora_|\.peft_|\.extra_patch_embed\.|\.attn\.rel_[hw]$"
    r"|^mask_decoder\.transformer\.layers\.\d\.mlp\.(layers|fc)\."
)
SAM_POSITIONS = "image_encoder.pos_embed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `backbone`."""
    parser.add_argument("--network", choices=("mobanet", "mfnet"), required=True)
    parser.add_argument("--variant", help="size of the network; the default one without")
    parser.add_argument("--weights", required=True, type=Path, help="Meta's .pth or .safetensors")
    parser.add_argument("--out", required=True, type=Path, help="checkpoint to write")
    parser.add_argument("--classes", type=int, default=6, dest="num_classes")


def run(arguments: argparse.Namespace) -> int:
    """Write the checkpoint; a NadirError leaves nothing behind."""
    variant = arguments.variant or DEFAULT_VARIANTS[arguments.network]
    network = build_network(arguments.network, variant, num_classes=arguments.num_classes)
    label = f"{arguments.network} {variant}"
    taken = load_backbone(network, arguments.weights, label)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"network": arguments.network, "variant": variant, "num_classes": arguments.num_classes}
    torch.save({**facts, "state_dict": network.state_dict()}, arguments.out)
    print(f"{arguments.out}: {label} with {taken} tensors of {arguments.weights.name}")
    return 0


def load_backbone(network: nn.Module, path: Path, label: str) -> int:
    """Copy a foundation model's tensors in place; returns how many.

    Strict: a NadirError lists what is missing, unexpected or wrongly shaped, and what would fit.
    """
    weights = read_checkpoint(path).state_dict
    mismatch = compare_backbone(network, weights)
    if mismatch:
        fits = fitting_networks(weights)
        advice = f"it is the backbone of {', '.join(fits)}" if fits else "it fits no network here"
        raise NadirError(f"{path} is not the backbone of {label}: {mismatch}; {advice}.")
    target = backbone_of(network).state_dict()
    taken = {
        key: tensor
        for key, tensor in weights.items()
        if key in target and target[key].shape == tensor.shape
    }
    with torch.no_grad():
        for key, tensor in taken.items():
            target[key].copy_(tensor)
        if isinstance(network, MoBaNetDinov2):  # the height stream begins as the optical one
            encoder = network.image_encoder
            own = encoder.extra_patch_embed.state_dict()
            for key, tensor in encoder.backbone.patch_embed.state_dict().items():
                own[key].copy_(tensor)
    return len(taken)


def backbone_of(network: nn.Module) -> nn.Module:
    """The part whose keys are those of Meta's file."""
    if isinstance(network, MoBaNetDinov2):
        return network.image_encoder.backbone
    if isinstance(network, SamSegmenter):
        return network.sam
    raise NadirError(f"{type(network).__name__} has no foundation model inside; train it instead.")


def compare_backbone(network: nn.Module, weights: Mapping[str, Tensor]) -> Mismatch:
    """What keeps a foundation model's file from being this network's backbone."""
    expected, found = backbone_of(network).state_dict(), dict(weights)
    if isinstance(network, SamSegmenter):
        expected = {key: value for key, value in expected.items() if not SAM_ADDED.search(key)}
        found = {key: value for key, value in found.items() if not SAM_LEFT_OUT.search(key)}
        positions = found.get(SAM_POSITIONS)
        if positions is not None and positions.shape[-1] == expected[SAM_POSITIONS].shape[-1]:
            del found[SAM_POSITIONS], expected[SAM_POSITIONS]
    return compare_state_dicts(expected, found)


def fitting_networks(weights: Mapping[str, Tensor]) -> list[str]:
    """Every official `network variant` that has this backbone; builds without memory."""
    fits = []
    for name in ("mobanet", "mfnet"):
        for variant, entry in VARIANTS[name].items():
            if entry.official:
                with torch.device("meta"):
                    network = build_network(name, variant)
                if not compare_backbone(network, weights):
                    fits.append(f"{name} {variant}")
    return fits
