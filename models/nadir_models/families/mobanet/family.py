"""MoBaNet as the rest of the package sees it."""

from functools import partial
from typing import Any

import torch

from nadir_models.backbones import dinov2, foundation, sam_vit
from nadir_models.families.family import Family, Variant, built
from nadir_models.families.mobanet import preprocessing, restore
from nadir_models.families.mobanet.graph import MoBaNetDinov2Graph, MoBaNetSamGraph
from nadir_models.families.mobanet.network import MoBaNetDinov2, MoBaNetSam
from nadir_models.families.mobanet.recipes import CLASS_ORDER, RECIPES


@torch.no_grad()
def copy_patch_embed(network: MoBaNetDinov2) -> None:
    """The height stream begins as the optical one."""
    encoder = network.image_encoder
    encoder.extra_patch_embed.load_state_dict(encoder.backbone.patch_embed.state_dict())


def dinov2_size(sizes: dict[str, Any], **facts: Any) -> Variant:
    """A size on DINOv2."""
    common: dict[str, Any] = dict(
        build=partial(built, MoBaNetDinov2, sizes),
        graph=MoBaNetDinov2Graph,
        preprocessing=preprocessing.DINOV2,
        pad_multiple_px=dinov2.PATCH_PX,
        freeze_backbone=MoBaNetDinov2.freeze_backbone,
        foundation=foundation.Foundation(
            backbone=lambda network: network.image_encoder.backbone, finish=copy_patch_embed
        ),
    )
    return Variant(**common | facts)


def sam_size(sizes: dict[str, Any]) -> Variant:
    """A size on SAM; the authors' script pads to a multiple of DINOv2's patch here too."""
    return Variant(
        build=partial(built, MoBaNetSam, sizes),
        graph=MoBaNetSamGraph,
        preprocessing=preprocessing.SAM,
        window_px=256,
        pad_multiple_px=dinov2.PATCH_PX,
        freeze_backbone=MoBaNetSam.freeze_backbone,
        foundation=foundation.SAM,
        alternatives=({}, {"image_size": 1024}),
    )


# Ours: positional tables for the windows they are used on, no tensors that nothing reads.
TINY = dict(dim=192, depth=12, heads=3, taps=(2, 5, 8, 11), grid=19)
NANO = dict(dim=48, depth=4, heads=3, taps=(0, 1, 2, 3), grid=5, channels=32, decoder_channels=16)
OURS = dict(official=False, restorable=True)

MOBANET = Family(
    name="mobanet",
    title="MoBaNet",
    summary="One frozen vision transformer for both modalities, with prompts across them.",
    paper_title="Parameter-Efficient Modality-Balanced Symmetric Fusion for Multimodal Remote "
    "Sensing Semantic Segmentation",
    paper_url="https://arxiv.org/abs/2603.17705",
    variants={
        **{
            f"dinov2_{name}": dinov2_size(sizes, window_px=256)
            for name, sizes in dinov2.SIZES.items()
        },
        **{f"sam_{name}": sam_size(sizes) for name, sizes in sam_vit.SIZES.items()},
        "dinov2_vitt14": dinov2_size(TINY, window_px=256, **OURS),
        "nano": dinov2_size(NANO, window_px=64, **OURS),
    },
    default_variant="dinov2_vitb14",
    recipes=RECIPES,
    class_order=CLASS_ORDER,
    classifier_key="decoder.classifier.1.0.weight",
    feature_layer="decoder.fpn_bottleneck",
    restorer=restore,
)
