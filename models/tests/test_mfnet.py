"""MFNet against the official key tables, parameter counts and outputs."""

import pytest
import torch
from contract import check_golden, check_keys, check_rewriting, needs_big_models

from nadir_models import build_network
from nadir_models.errors import NadirError

SIZES = ("vit_b", "vit_l", "vit_h")


@pytest.mark.parametrize("tuning", ["adpt", "lora"])
@pytest.mark.parametrize("size", SIZES)
def test_keys_shapes_and_order_equal_the_official_ones(size, tuning):
    check_keys(f"mfnet_{size}_sam_{tuning}", "mfnet", f"{size}_{tuning}")


@pytest.mark.parametrize("tuning", ["adpt", "lora"])
def test_outputs_equal_the_official_code(tuning):
    check_golden(f"mfnet_vit_b_sam_{tuning}_256x256", "mfnet", f"vit_b_{tuning}", 256, 256)


@pytest.mark.parametrize(
    ("variant", "encoder", "tuned", "millions"),
    [
        ("vit_b_adpt", 103_872_792, 14_201_880, 14.20),
        ("vit_l_adpt", 358_732_848, 50_454_576, 50.45),
        ("vit_h_adpt", 742_088_512, 105_062_464, 105.06),
        ("vit_b_lora", 90_703_152, 1_032_240, 1.03),
        ("vit_l_lora", 311_030_880, 2_752_608, 2.75),
        ("vit_h_lora", 641_613_696, 4_587_648, 4.59),
    ],
)
def test_parameter_counts_are_the_papers(variant, encoder, tuned, millions):
    with torch.device("meta"):
        network = build_network("mfnet", variant)
    parameters = list(network.image_encoder.parameters())
    assert sum(p.numel() for p in parameters) == encoder
    total = sum(p.numel() for p in network.parameters())
    assert total == encoder + 2_158_238 + 4_064_560
    network.freeze_backbone()
    assert sum(p.numel() for p in parameters if p.requires_grad) == tuned
    assert round(tuned / 1e6, 2) == millions


def test_both_names_of_the_encoder_are_one_set_of_weights():
    network = build_network("mfnet", "nano")
    network.state_dict()["image_encoder.pos_embed"].fill_(3)
    assert (network.state_dict()["sam.image_encoder.pos_embed"] == 3).all()


def test_lora_starts_as_the_frozen_network():
    torch.manual_seed(0)
    network = build_network("mfnet", "nano_lora").eval()
    inputs = torch.rand(1, 3, 64, 64), torch.rand(1, 1, 64, 64)
    before = network(*inputs)
    for name, parameter in network.named_parameters():
        if "lora_A" in name:
            parameter.data.zero_()
    assert torch.allclose(before, network(*inputs), atol=1e-6)


@pytest.mark.parametrize("positions", [0.0, 0.3])
@pytest.mark.parametrize("variant", ["nano", "nano_lora"])
def test_the_encoder_computes_the_same_while_it_learns(variant, positions):
    torch.manual_seed(0)
    encoder = build_network("mfnet", variant).image_encoder.double()
    for parameter in encoder.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    for block in encoder.blocks:
        for table in (block.attn.rel_h, block.attn.rel_w):
            table.data = torch.randn_like(table) * positions
    images = torch.rand(2, 2, 3, 64, 128, dtype=torch.float64)
    found = []
    for learning in (True, False):
        encoder.train(learning).zero_grad()
        x, y = encoder(*images)
        (x.square().sum() + (y * x).sum()).backward()
        slopes = [p.grad.clone() for p in encoder.parameters() if p.grad is not None]
        assert encoder.blocks[0].attn.learns_fast() == (learning and not positions)
        found.append([x.detach(), y.detach(), *slopes])
    assert len(found[0]) == len(found[1]) > 20
    for fast, plain in zip(*found, strict=True):
        assert torch.allclose(fast, plain, rtol=1e-9, atol=1e-9)


def test_a_window_of_illegal_size_is_refused_with_the_reason():
    with pytest.raises(NadirError, match="multiples of 64, not 64x80"):
        build_network("mfnet", "nano")(torch.rand(1, 3, 64, 80), torch.rand(1, 1, 64, 80))


@needs_big_models
@pytest.mark.parametrize("variant", ["vit_l_adpt", "vit_l_lora", "vit_h_adpt", "vit_h_lora"])
def test_big_sizes_run_and_are_rewritten_rightly(variant):
    check_rewriting("mfnet", variant)
