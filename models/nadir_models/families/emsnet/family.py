"""EMSNet as the rest of the package sees it."""

from functools import partial

from nadir_models.families.emsnet import head, preprocessing, restore
from nadir_models.families.emsnet.graph import EMSNetGraph
from nadir_models.families.emsnet.network import EMSNet
from nadir_models.families.emsnet.recipes import CLASS_ORDER, RECIPES
from nadir_models.families.family import Family, OpenHead, Variant, built
from nadir_models.graph.rewrite import Graph


def graph(network: EMSNet, input_px: int) -> Graph:
    """The rewritten network, which fits every window size that the network does."""
    return EMSNetGraph(network)


size = partial(
    Variant,
    graph=graph,
    preprocessing=preprocessing.OFFICIAL,
    own_preprocessing=preprocessing.OURS,
    restorable=True,
)

EMSNET = Family(
    name="emsnet",
    title="EMSNet",
    summary="Two mirrored convolutional encoder-decoders with gated fusion; small and quick.",
    paper_title="EMSNet: Efficient Multimodal Symmetric Network for Semantic Segmentation of "
    "Urban Scene From Remote Sensing Imagery",
    paper_url="https://doi.org/10.1109/JSTARS.2025.3531422",
    variants={
        "base": size(build=partial(built, EMSNet, {}), window_px=256),
        "nano": size(
            build=partial(built, EMSNet, {"base_channels": 8}), window_px=64, official=False
        ),
    },
    default_variant="base",
    recipes=RECIPES,
    class_order=CLASS_ORDER,
    classifier_key="final_fused.0.weight",
    feature_layer="fu_sar_opt",
    restorer=restore,
    open_head=OpenHead(head.open_head, head.close_head),
    class_bias_key="final_fused.1.bias",
)
