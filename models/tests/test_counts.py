"""Work per window before and after rewriting: PyTorch's counter, and the README's table."""

import re
from pathlib import Path

import pytest
import torch
from contract import BROWSER_SIZED, needs_big_models
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from nadir_models.__main__ import main
from nadir_models.families.registry import get_variant

README = Path(__file__).parents[1] / "README.md"


def readme_row(network: str, variant: str) -> list[str]:
    """Cells of the row of one variant: GMAC, GFLOP, dispatches, each before and after."""
    row = re.search(rf"^\| {network}/{variant} \|(.*)\|$", README.read_text(), re.MULTILINE)
    return [cell.strip() for cell in row[1].split("|")]


def gigaflop(module: torch.nn.Module, side: int) -> float:
    """Floating point operations of one window, in 10^9, as PyTorch counts them.

    Nothing is computed: shapes decide. The module loses its weights.
    """
    module.to("meta")
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad(), torch.device("meta"), sdpa_kernel(SDPBackend.MATH):
        module(torch.zeros(1, 3, side, side), torch.zeros(1, 1, side, side))
    return counter.get_total_flops() / 1e9


def test_mfnet_needs_at_most_102_gflop_per_window():
    size = get_variant("mfnet", "vit_b_lora")
    network = size.build(num_classes=6).eval()
    rewritten = size.rewrite(network)
    before, after = gigaflop(network, 256), gigaflop(rewritten, 256)
    print(f"MFNet ViT-B: {before:.1f} GFLOP before, {after:.1f} after")
    assert before == pytest.approx(141.6, abs=0.2)
    assert after <= 102
    assert readme_row("mfnet", "vit_b_lora")[2:4] == [f"{before:.1f}", f"{after:.1f}"]


def test_the_manifest_counts_as_pytorch_does(exported):
    _, manifest = exported
    name, variant = manifest["network"]["family"], manifest["network"]["variant"]
    size = get_variant(name, variant)
    counted = gigaflop(size.rewrite(size.build(num_classes=6)), size.input_px)
    # The recipe's relative positions are not zero as a new network's are.
    close = 0.05 if name == "mfnet" else 1e-6
    assert manifest["network"]["macsPerWindow"] * 2e-9 == pytest.approx(counted, rel=close)


def test_the_readme_promises_what_was_asked_for():
    assert int(readme_row("emsnet", "base")[5]) <= 220
    assert all(readme_row(*names) for names in BROWSER_SIZED)


@needs_big_models
@pytest.mark.parametrize(("network", "variant"), BROWSER_SIZED)
def test_count_agrees_with_the_rows_of_the_readme(network, variant, capsys):
    assert main(["count", "--network", network, "--variant", variant]) == 0
    row = capsys.readouterr().out.strip().splitlines()[-1]
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    promised = readme_row(network, variant)
    # Some of the README's are PyTorch's count, which sees work that exporting folds.
    assert [float(cell) for cell in cells[:4]] == pytest.approx(
        [float(cell) for cell in promised[:4]], rel=0.01
    )
    for found, expected in zip(cells[4:], promised[4:], strict=True):
        assert expected in ("-", found)
