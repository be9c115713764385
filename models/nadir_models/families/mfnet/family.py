"""MFNet as the rest of the package sees it."""

from functools import partial
from typing import Any

from nadir_models.backbones import foundation, sam_vit
from nadir_models.families.family import Family, Variant, built
from nadir_models.families.mfnet import preprocessing, restore
from nadir_models.families.mfnet.graph import MFNetGraph
from nadir_models.families.mfnet.network import MFNet
from nadir_models.families.mfnet.recipes import CLASS_ORDER, RECIPES


def size(sizes: dict[str, Any], window_px: int, **facts: Any) -> Variant:
    """A size of either tuning."""
    return Variant(
        build=partial(built, MFNet, sizes),
        graph=MFNetGraph,
        preprocessing=preprocessing.OFFICIAL,
        window_px=window_px,
        freeze_backbone=MFNet.freeze_backbone,
        foundation=foundation.SAM,
        **facts,
    )


# Ours: positional tables for the windows they are used on, no tensors that nothing reads.
TINY = dict(
    tuning="adpt",
    dim=192,
    depth=12,
    heads=3,
    global_blocks=(2, 5, 8, 11),
    image_size=256,
    published=False,
)
NANO = dict(
    tuning="adpt",
    dim=48,
    depth=4,
    heads=3,
    global_blocks=(1, 3),
    image_size=64,
    window=3,
    channels=32,
    decoder_channels=32,
    decoder_window=2,
    published=False,
)

MFNET = Family(
    name="mfnet",
    title="MFNet",
    summary="SAM's image encoder tuned for both modalities, a feature pyramid and UNetFormer.",
    paper_title="A Unified Framework With Multimodal Fine-Tuning for Remote Sensing Semantic "
    "Segmentation",
    paper_url="https://doi.org/10.1109/TGRS.2025.3585238",
    variants={
        **{
            f"{name}_{tuning}": size({**sizes, "tuning": tuning}, 256)
            for name, sizes in sam_vit.SIZES.items()
            for tuning in ("adpt", "lora")
        },
        "vit_t_adpt": size(TINY, 256, official=False, restorable=True),
        "nano": size(NANO, 64, official=False, restorable=True),
        "nano_lora": size({**NANO, "tuning": "lora"}, 64, official=False),
    },
    default_variant="vit_b_adpt",
    recipes=RECIPES,
    class_order=CLASS_ORDER,
    classifier_key="decoder.segmentation_head.2.0.weight",
    feature_layer="decoder.segmentation_head.0",
    restorer=restore,
)
