"""Checks every network passes; each network's test file calls them with its own names."""

import os

import numpy as np
import pytest
import torch
from recipe import fill_with_recipe, golden, key_table, network_table, recipe_inputs

from nadir_models import build_network
from nadir_models.export.compare import relative_difference
from nadir_models.families.registry import get_variant

# What needs many minutes or gigabytes: NADIR_BIG_MODELS=1 runs it (README, "Big sizes").
needs_big_models = pytest.mark.skipif(
    os.environ.get("NADIR_BIG_MODELS") != "1", reason="set NADIR_BIG_MODELS=1 to run big sizes"
)

NANOS = [("emsnet", "nano"), ("mobanet", "nano"), ("mfnet", "nano"), ("mfnet", "nano_lora")]

# Variants that a browser can load and run.
BROWSER_SIZED = [
    ("emsnet", "base"),
    ("mobanet", "dinov2_vitt14"),
    ("mobanet", "dinov2_vits14"),
    ("mobanet", "dinov2_vitb14"),
    ("mobanet", "sam_vit_b"),
    ("mfnet", "vit_t_adpt"),
    ("mfnet", "vit_b_adpt"),
    ("mfnet", "vit_b_lora"),
]


def check_keys(
    table: str, name: str, variant: str, num_classes: int = 6, **options: object
) -> None:
    """Keys, shapes, types and order equal the official state dict; needs no memory for weights."""
    with torch.device("meta"):
        network = build_network(name, variant, num_classes=num_classes, **options)
    assert network_table(network) == key_table(table)


def check_golden(
    file: str, name: str, variant: str, height: int, width: int, tolerance: float = 1e-5, **options
) -> None:
    """Logits and the statistics of named inner modules equal the official code's."""
    network = fill_with_recipe(build_network(name, variant, **options))
    outputs, statistics = golden(file)
    seen: dict[str, torch.Tensor] = {}

    def remember(key: str):
        def hook(_module, _inputs, output) -> None:
            parts = output if isinstance(output, (tuple, list)) else [output]
            for index, part in enumerate(parts):
                label = f"{key}[{index}]" if len(parts) > 1 else key
                seen.setdefault(label, part)

        return hook

    modules = dict(network.named_modules(remove_duplicate=False))
    for key in statistics["intermediates"]:
        module = modules.get(key.split("[")[0])
        if module is not None and key.split("[")[0] not in seen:
            module.register_forward_hook(remember(key.split("[")[0]))

    with torch.inference_mode():
        logits = network(*recipe_inputs(height, width))

    difference = np.abs(logits[:, :, ::4, ::4].numpy() - outputs["logits_sub4"]).max()
    print(f"{file}: largest difference {difference:.2e} on logits of scale {logits.std():.2f}")
    assert difference <= tolerance
    np.testing.assert_allclose(
        logits.mean(dim=(0, 2, 3)).numpy(),
        outputs["channel_mean"].reshape(-1, logits.shape[1]).mean(0),
        atol=1e-4,
    )
    histogram = np.bincount(logits.argmax(1).flatten().numpy(), minlength=logits.shape[1])
    assert np.abs(histogram - outputs["argmax_hist"]).sum() <= 20

    passed_over = set()
    for key, expected in statistics["intermediates"].items():
        tensor = seen.get(key)
        if tensor is None or list(tensor.shape) != expected["shape"]:
            passed_over.add(key)
            continue
        assert tensor.mean().item() == pytest.approx(expected["mean"], abs=1e-4), key
        first = tensor.flatten()[:8].tolist()
        assert first == pytest.approx(expected["first8"], abs=1e-4), key
        assert tensor.std(correction=0).item() == pytest.approx(expected["std"], abs=1e-4), key
    # The logits are compared above; the official pyramid names its identity, ours has none; and
    # lists within lists are the official DINOv2 encoder's own way to hand its features on.
    assert {key for key in passed_over if "][" not in key} <= {"logits", "fpn4x"}
    assert len(statistics["intermediates"]) > 10


def check_rewriting(name: str, variant: str, **options: object) -> None:
    """The rewritten network equals the plain one, relative to the largest logit."""
    network = fill_with_recipe(build_network(name, variant, **options))
    size = get_variant(name, variant)
    inputs = recipe_inputs(size.input_px, size.input_px, batch=1)
    with torch.inference_mode():
        expected = network(*inputs).numpy()
        found = size.rewrite(network).full_size(*inputs).numpy()
    difference = relative_difference(found, expected)
    print(f"{name} {variant} {options}: {difference:.1e}")
    assert expected.std() > 0
    assert difference <= 1e-4
