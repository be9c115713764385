"""Names, variants and sizes of every network: the only place with numbers.

`build_network(name, variant, num_classes)` returns an initialised module in train mode.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from nadir_models.errors import NadirError
from nadir_models.families.emsnet.network import EMSNet
from nadir_models.families.mfnet.network import MFNet
from nadir_models.families.mobanet.network import MoBaNetDinov2, MoBaNetSam


@dataclass(frozen=True)
class Variant:
    """One buildable size of a network.

    window_px: side of the square of image pixels one window covers.
    pad_px: zeros added right and bottom of it before the network sees it.
    official: sizes and keys are those of the authors' code, so their checkpoints fit.
    alternatives: sets of build options that change shapes, tried to name what a checkpoint fits.
    """

    build: Callable[..., nn.Module]
    window_px: int
    pad_px: int = 0
    official: bool = True
    alternatives: tuple[dict[str, Any], ...] = ({},)

    @property
    def input_px(self) -> int:
        """Side in pixels of what the network sees."""
        return self.window_px + self.pad_px


@dataclass(frozen=True)
class NetworkFacts:
    """What people call a network and where it was published."""

    title: str
    summary: str
    paper_title: str
    paper_url: str


NETWORKS = {
    "emsnet": NetworkFacts(
        title="EMSNet",
        summary="Two mirrored convolutional encoder-decoders with gated fusion; small and quick.",
        paper_title="EMSNet: Efficient Multimodal Symmetric Network for Semantic Segmentation of "
        "Urban Scene From Remote Sensing Imagery",
        paper_url="https://doi.org/10.1109/JSTARS.2025.3531422",
    ),
    "mobanet": NetworkFacts(
        title="MoBaNet",
        summary="One frozen vision transformer for both modalities, with prompts across them.",
        paper_title="Parameter-Efficient Modality-Balanced Symmetric Fusion for Multimodal Remote "
        "Sensing Semantic Segmentation",
        paper_url="https://arxiv.org/abs/2603.17705",
    ),
    "mfnet": NetworkFacts(
        title="MFNet",
        summary="SAM's image encoder tuned for both modalities, a feature pyramid and UNetFormer.",
        paper_title="A Unified Framework With Multimodal Fine-Tuning for Remote Sensing Semantic "
        "Segmentation",
        paper_url="https://doi.org/10.1109/TGRS.2025.3585238",
    ),
}

DEFAULT_VARIANTS = {"emsnet": "base", "mobanet": "dinov2_vitb14", "mfnet": "vit_b_adpt"}

# name: (width, depth, heads, taps); heads are 64 wide.
DINOV2_SIZES = {
    "vits14": (384, 12, 6, (2, 5, 8, 11)),
    "vitb14": (768, 12, 12, (2, 5, 8, 11)),
    "vitl14": (1024, 24, 16, (5, 11, 17, 23)),
    "vitg14": (1536, 40, 24, (9, 19, 29, 39)),
}
# name: (width, depth, heads, blocks with global attention)
SAM_SIZES = {
    "vit_b": (768, 12, 12, (2, 5, 8, 11)),
    "vit_l": (1024, 24, 16, (5, 11, 17, 23)),
    "vit_h": (1280, 32, 16, (7, 15, 23, 31)),
}


def _mobanet_dinov2(size: str) -> Variant:
    dim, depth, heads, taps = DINOV2_SIZES[size]
    sizes = dict(dim=dim, depth=depth, heads=heads, taps=taps, swiglu=size == "vitg14")
    return Variant(partial(_build, MoBaNetDinov2, sizes), window_px=256, pad_px=10)


def _mobanet_sam(size: str) -> Variant:
    dim, depth, heads, global_blocks = SAM_SIZES[size]
    sizes = dict(dim=dim, depth=depth, heads=heads, global_blocks=global_blocks)
    return Variant(
        partial(_build, MoBaNetSam, sizes),
        window_px=256,
        pad_px=10,
        alternatives=({}, {"image_size": 1024}),
    )


def _mfnet(size: str, tuning: str) -> Variant:
    dim, depth, heads, global_blocks = SAM_SIZES[size]
    sizes = dict(dim=dim, depth=depth, heads=heads, global_blocks=global_blocks, tuning=tuning)
    return Variant(partial(_build, MFNet, sizes), window_px=256)


def _build(network: type[nn.Module], sizes: dict[str, Any], **options: Any) -> nn.Module:
    try:
        return network(**{**sizes, **options})
    except TypeError as error:
        raise NadirError(f"{network.__name__} cannot be built so: {error}.") from error


# Ours: positional tables for the windows they are used on, no tensors that nothing reads.
MOBANET_TINY = dict(dim=192, depth=12, heads=3, taps=(2, 5, 8, 11), grid=19)
MOBANET_NANO = dict(
    dim=48, depth=4, heads=3, taps=(0, 1, 2, 3), grid=5, channels=32, decoder_channels=16
)
MFNET_TINY = dict(
    tuning="adpt",
    dim=192,
    depth=12,
    heads=3,
    global_blocks=(2, 5, 8, 11),
    image_size=256,
    published=False,
)
MFNET_NANO = dict(
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

VARIANTS: dict[str, dict[str, Variant]] = {
    "emsnet": {
        "base": Variant(partial(_build, EMSNet, {}), window_px=256),
        "nano": Variant(partial(_build, EMSNet, {"base_channels": 8}), 64, official=False),
    },
    "mobanet": {
        **{f"dinov2_{size}": _mobanet_dinov2(size) for size in DINOV2_SIZES},
        **{f"sam_{size}": _mobanet_sam(size) for size in SAM_SIZES},
        "dinov2_vitt14": Variant(
            partial(_build, MoBaNetDinov2, MOBANET_TINY), 256, pad_px=10, official=False
        ),
        "nano": Variant(partial(_build, MoBaNetDinov2, MOBANET_NANO), 64, pad_px=6, official=False),
    },
    "mfnet": {
        **{
            f"{size}_{tuning}": _mfnet(size, tuning)
            for size in SAM_SIZES
            for tuning in ("adpt", "lora")
        },
        "vit_t_adpt": Variant(partial(_build, MFNet, MFNET_TINY), 256, official=False),
        "nano": Variant(partial(_build, MFNet, MFNET_NANO), 64, official=False),
        "nano_lora": Variant(
            partial(_build, MFNet, {**MFNET_NANO, "tuning": "lora"}), 64, official=False
        ),
    },
}


def get_variant(name: str, variant: str | None = None) -> Variant:
    """The entry of `VARIANTS`, or a NadirError that lists what there is."""
    if name not in VARIANTS:
        raise NadirError(f"There is no network '{name}'; choose one of {', '.join(VARIANTS)}.")
    variants = VARIANTS[name]
    chosen = variant or DEFAULT_VARIANTS[name]
    if chosen not in variants:
        raise NadirError(f"{name} has no variant '{chosen}'; choose one of {', '.join(variants)}.")
    return variants[chosen]


def build_network(
    name: str, variant: str | None = None, num_classes: int = 6, **options: object
) -> nn.Module:
    """Build a network with random weights; `forward(optical, dsm)` gives (B, num_classes, H, W)."""
    return get_variant(name, variant).build(num_classes=num_classes, **options)
