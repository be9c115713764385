"""Every layout a checkpoint may have, and foundation models as backbones."""

import zlib

import pytest
import torch
from recipe import key_table
from safetensors.torch import save_file
from torch import nn

from nadir_models import build_network
from nadir_models.__main__ import main
from nadir_models.checkpoints.fit import load_weights
from nadir_models.checkpoints.foundation import load_backbone
from nadir_models.checkpoints.read import first_line, read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.families.registry import get_variant


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return {
        key: tensor.clone() for key, tensor in build_network("emsnet", "nano").state_dict().items()
    }


LAYOUTS = {
    "bare": lambda weights: weights,
    "data-parallel": lambda weights: {f"module.{key}": value for key, value in weights.items()},
    "wrapped": lambda weights: {"epoch": 7, "state_dict": weights},
    "twice wrapped and prefixed": lambda weights: {
        "model": {"net": {f"module.model.{key}": value for key, value in weights.items()}}
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_loads_to_the_same_weights(layout, weights, tmp_path):
    torch.save(LAYOUTS[layout](weights), tmp_path / "x.pth")
    check_loads(tmp_path / "x.pth", weights)


def test_safetensors_load_to_the_same_weights(weights, tmp_path):
    save_file(weights, tmp_path / "x.safetensors")
    check_loads(tmp_path / "x.safetensors", weights)


def check_loads(path, weights):
    network = build_network("emsnet", "nano")
    load_weights(network, read_checkpoint(path), "emsnet nano", path)
    loaded = network.state_dict()
    assert list(loaded) == list(weights)
    assert all(torch.equal(loaded[key], weights[key]) for key in weights)


def test_truncated_safetensors_are_one_sentence(weights, tmp_path):
    path = tmp_path / "x.safetensors"
    save_file(weights, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(NadirError, match="not a whole safetensors file"):
        read_checkpoint(path)


def test_a_mismatch_lists_all_three_kinds_of_keys(weights, tmp_path):
    other = dict(weights)
    del other["res1.conv1.bias"]
    other["surplus"] = torch.zeros(1)
    other["res2.bn1.weight"] = torch.zeros(3)
    torch.save(other, tmp_path / "x.pth")
    with pytest.raises(NadirError) as error:
        check_loads(tmp_path / "x.pth", weights)
    for part in (
        "1 missing (res1.conv1.bias)",
        "1 unexpected (surplus)",
        "1 wrongly shaped (res2.bn1.weight is (3,), needs (8,))",
    ):
        assert part in str(error.value)


def told_apart(key: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Numbers that no other tensor has, another one in each row; few in memory and on disk."""
    rows = torch.arange(shape[0]) / 4096 + zlib.crc32(key.encode()) % 2039
    return rows.reshape(-1, *[1] * (len(shape) - 1)).expand(shape)


def zeros(network: str, variant: str) -> nn.Module:
    """The network with zeros for weights: no time goes into random numbers."""
    with torch.device("meta"):
        built = build_network(network, variant)
    built.to_empty(device="cpu")
    for tensor in built.state_dict().values():
        tensor.zero_()
    return built


def dinov2_file(size: str) -> dict[str, torch.Tensor]:
    """Tensors named and shaped as in Meta's file, from the official key table."""
    prefix = "image_encoder.backbone."
    return {
        key.removeprefix(prefix): told_apart(key, shape)
        for key, shape, _ in key_table(f"mobanet_dinov2_{size}")
        if key.startswith(prefix)
    }


def sam_file(size: str, depth: int) -> dict[str, torch.Tensor]:
    """As `dinov2_file`, for SAM: without what MFNet's LoRA adds, with what it renamed."""
    tensors = {}
    for key, shape, _ in key_table(f"mfnet_{size}_sam_lora"):
        name = key.removeprefix("sam.")
        if name == key or ".lora_" in name or ".attn.rel_" in name or ".mlp.layers." in name:
            continue
        if "mask_decoder" in name and ".mlp.fc." in name:
            continue
        tensors[name] = told_apart(name, shape)
    for index in range(depth):
        for axis in "hw":
            name = f"image_encoder.blocks.{index}.attn.rel_pos_{axis}"
            tensors[name] = told_apart(name, (27, 64))
    for layer in range(2):
        for name, shape in (("lin1", (2048, 256)), ("lin2", (256, 2048))):
            stem = f"mask_decoder.transformer.layers.{layer}.mlp.{name}"
            for key, size in ((f"{stem}.weight", shape), (f"{stem}.bias", shape[:1])):
                tensors[key] = told_apart(key, size)
    return tensors


def test_metas_dinov2_file_becomes_the_backbone(tmp_path, capsys):
    tensors = dinov2_file("vits14")
    assert len({float(tensor.flatten()[0]) for tensor in tensors.values()}) > 150
    torch.save(tensors, tmp_path / "dinov2_vits14_pretrain.pth")
    arguments = [
        "backbone",
        "--network",
        "mobanet",
        "--weights",
        str(tmp_path / "dinov2_vits14_pretrain.pth"),
    ]
    out = tmp_path / "start.pt"
    assert main([*arguments, "--variant", "dinov2_vits14", "--out", str(out)]) == 0
    checkpoint = read_checkpoint(out)
    assert checkpoint.facts["variant"] == "dinov2_vits14"
    stored = checkpoint.state_dict
    for key, tensor in tensors.items():
        assert torch.equal(stored[f"image_encoder.backbone.{key}"], tensor), key
    for part in ("weight", "bias"):  # the height stream begins as the optical one
        beside = stored[f"image_encoder.extra_patch_embed.proj.{part}"]
        assert torch.equal(beside, tensors[f"patch_embed.proj.{part}"])
    assert stored["decoder.classifier.1.0.weight"].std() > 0
    load_weights(zeros("mobanet", "dinov2_vits14"), checkpoint, "", out)

    refused = tmp_path / "refused.pt"
    assert main([*arguments, "--variant", "nano", "--out", str(refused)]) == 1
    assert "it is the backbone of mobanet dinov2_vits14." in capsys.readouterr().err
    assert not refused.exists()


@pytest.mark.parametrize(
    ("network", "variant", "taken"),
    # 282 of SAM's 314 tensors, as measured with the official MFNet; MoBaNet's grid is another.
    [("mfnet", "vit_b_adpt", 282), ("mfnet", "vit_b_lora", 282), ("mobanet", "sam_vit_b", 281)],
)
def test_metas_sam_file_becomes_the_backbone(network, variant, taken, tmp_path):
    tensors = sam_file("vit_b", depth=12)
    assert len(tensors) == 314
    torch.save(tensors, tmp_path / "sam.pth")
    built = zeros(network, variant)
    assert (
        load_backbone(built, get_variant(network, variant), tmp_path / "sam.pth", variant) == taken
    )
    state = built.state_dict()
    left_out = {
        key
        for key in tensors
        if "rel_pos_" in key
        or ("mask_decoder" in key and ".mlp.lin" in key)
        or (network == "mobanet" and key == "image_encoder.pos_embed")
    }
    assert len(tensors) - len(left_out) == taken
    for key in tensors.keys() - left_out:
        assert torch.equal(state[f"sam.{key}"], tensors[key]), key
        if key.startswith("image_encoder."):
            assert torch.equal(state[key], tensors[key]), key
    untouched = [key for key in state if key.removeprefix("sam.") not in tensors.keys() - left_out]
    assert not any(state[key].any() for key in untouched)
    assert not any(state[key].any() for key in state if ".attn.rel_" in key)


def test_a_backbone_with_a_hole_is_refused_and_nothing_is_changed(tmp_path):
    tensors = sam_file("vit_b", depth=12)
    del tensors["image_encoder.blocks.3.attn.qkv.bias"]
    torch.save(tensors, tmp_path / "sam.pth")
    network = zeros("mfnet", "vit_b_lora")
    size = get_variant("mfnet", "vit_b_lora")
    with pytest.raises(NadirError, match=r"1 missing \(image_encoder.blocks.3.attn.qkv.bias\)"):
        load_backbone(network, size, tmp_path / "sam.pth", "mfnet vit_b_lora")
    assert not network.image_encoder.neck[0].weight.any()


def test_a_network_without_a_foundation_model_says_so(tmp_path):
    torch.save({"a": torch.zeros(1)}, tmp_path / "x.pth")
    size = get_variant("emsnet", "nano")
    with pytest.raises(NadirError, match="no foundation model inside"):
        load_backbone(size.build(num_classes=6), size, tmp_path / "x.pth", "emsnet nano")


def test_a_reason_is_one_line_and_the_kind_of_error_where_it_says_nothing():
    assert first_line(ValueError("no such key\nat line 7")) == "no such key"
    assert first_line(EOFError()) == "EOFError"
