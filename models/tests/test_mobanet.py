"""MoBaNet against the official key tables, parameter counts and outputs."""

import pytest
import torch
from contract import check_golden, check_keys, check_rewriting, needs_big_models

from nadir_models import build_network
from nadir_models.errors import NadirError

OFFICIAL = [
    ("mobanet_dinov2_vits14", "dinov2_vits14", {}),
    ("mobanet_dinov2_vitb14", "dinov2_vitb14", {}),
    ("mobanet_dinov2_vitl14", "dinov2_vitl14", {}),
    ("mobanet_dinov2_vitg14", "dinov2_vitg14", {}),
    ("mobanet_sam_vit_b", "sam_vit_b", {}),
    ("mobanet_sam_vit_b_img1024", "sam_vit_b", {"image_size": 1024}),
    ("mobanet_sam_vit_l", "sam_vit_l", {}),
    ("mobanet_sam_vit_h", "sam_vit_h", {}),
]


@pytest.mark.parametrize(("table", "variant", "options"), OFFICIAL)
def test_keys_shapes_and_order_equal_the_official_ones(table, variant, options):
    check_keys(table, "mobanet", variant, **options)


@pytest.mark.parametrize(
    ("file", "variant"),
    [
        ("mobanet_dinov2_vits14_266x266", "dinov2_vits14"),
        ("mobanet_dinov2_vitb14_266x266", "dinov2_vitb14"),
        ("mobanet_sam_vit_b_peft_imgsize266_266x266", "sam_vit_b"),
    ],
)
def test_outputs_equal_the_official_code(file, variant):
    check_golden(file, "mobanet", variant, 266, 266)


@pytest.mark.parametrize(
    ("variant", "total", "trainable"),
    [
        ("dinov2_vits14", 25_308_032, 3_251_456),
        ("dinov2_vitb14", 92_759_936, 6_179_456),
        ("dinov2_vitl14", 313_350_016, 8_981_376),
        ("dinov2_vitg14", 1_153_105_792, 16_625_024),
    ],
)
def test_parameter_counts_are_the_papers(variant, total, trainable):
    with torch.device("meta"):
        network = build_network("mobanet", variant)
    assert sum(p.numel() for p in network.parameters()) == total
    network.freeze_backbone()
    assert sum(p.numel() for p in network.parameters() if p.requires_grad) == trainable
    if variant == "dinov2_vitb14":
        assert round(trainable / 1e6, 2) == 6.18


@pytest.mark.parametrize(
    ("variant", "options", "total"),
    [
        ("sam_vit_b", {}, 103_745_328),
        ("sam_vit_b", {"image_size": 1024}, 106_743_600),
        ("sam_vit_l", {}, 344_299_312),
        ("sam_vit_h", {}, 706_458_416),
    ],
)
def test_parameter_counts_of_the_sam_family(variant, options, total):
    with torch.device("meta"):
        network = build_network("mobanet", variant, **options)
    assert sum(p.numel() for p in network.parameters()) == total


def test_the_ablations_change_the_output_but_not_the_keys():
    torch.manual_seed(0)
    full = build_network("mobanet", "nano").eval()
    inputs = torch.rand(1, 3, 70, 70), torch.rand(1, 1, 70, 70)
    for options in ({"use_cpia": False}, {"use_dgfm": False}, {"taps": (0, 1, 1, 2)}):
        other = build_network("mobanet", "nano", **options).eval()
        other.load_state_dict(full.state_dict())
        assert not torch.allclose(full(*inputs), other(*inputs), atol=1e-5), options


def test_without_gated_fusion_the_streams_are_averaged():
    network = build_network("mobanet", "nano", use_dgfm=False).eval()
    x, y = torch.rand(1, 25, 48), torch.rand(1, 25, 48)
    assert torch.equal(network.image_encoder.fuse(0, x, y, 5, 5), 0.5 * (x + y))


def test_training_gives_three_sets_of_logits():
    network = build_network("mobanet", "nano")
    heads = network.forward_training(torch.rand(2, 3, 70, 70), torch.rand(2, 1, 70, 70))
    assert [tuple(logits.shape) for logits in heads] == [(2, 6, 70, 70)] * 3


def test_a_window_of_illegal_size_names_the_size_to_pad_to():
    with pytest.raises(NadirError, match="pad it to 266x266"):
        build_network("mobanet", "nano")(torch.rand(1, 3, 256, 256), torch.rand(1, 1, 256, 256))


# The official SAM structure, narrow and shallow: a block in windows and a global one.
SLIM_SAM = {"dim": 48, "depth": 2, "heads": 3, "global_blocks": (1,)}


@pytest.mark.parametrize(
    ("variant", "options"),
    [
        ("nano", {"use_cpia": False}),
        ("nano", {"use_dgfm": False}),
        ("nano", {"taps": (0, 1, 1, 2)}),
        ("nano", {"swiglu": True}),
        ("sam_vit_b", SLIM_SAM),
        ("sam_vit_b", {**SLIM_SAM, "image_size": 1024}),
    ],
)
def test_every_option_is_rewritten_rightly(variant, options):
    check_rewriting("mobanet", variant, **options)


@needs_big_models
@pytest.mark.parametrize("variant", ["dinov2_vitl14", "dinov2_vitg14", "sam_vit_l", "sam_vit_h"])
def test_big_sizes_run_and_are_rewritten_rightly(variant):
    check_rewriting("mobanet", variant)
