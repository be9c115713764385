"""A constant on the logits of a class, in the checkpoint."""

import pytest
import torch

from nadir_models.__main__ import main
from nadir_models.evaluate.evaluation import load_model
from nadir_models.families.registry import build_network, get_family
from nadir_models.scenes.classes import CLASS_NAMES


def checkpoint(folder, family):
    torch.manual_seed(0)
    names = [CLASS_NAMES[i] for i in get_family(family).class_order]
    stored = {
        "network": family, "variant": "nano", "num_classes": 6, "problem": "metres",
        "trained_on": "Trained on nothing.", "scores": [{"miou": 1}], "bands": ["red"],
        "classes": [{"name": name} for name in names],
        "state_dict": build_network(family, "nano", 6).state_dict(),
    }  # fmt: skip
    path = folder / f"{family}.pt"
    torch.save(stored, path)
    return path


def logits(path):
    model = load_model(path)
    with torch.no_grad():
        generator = torch.Generator().manual_seed(1)
        optical = torch.rand(1, 3, 64, 64, generator=generator)
        found = model.network(optical, torch.rand(1, 1, 64, 64, generator=generator))
    return {CLASS_NAMES[i]: found[0, n] for n, i in enumerate(model.to_class)}


def test_odds_change_by_the_offset_and_nothing_else(tmp_path):
    before = checkpoint(tmp_path, "emsnet")
    # A first offset closes the head, as training does: logits then lie above the last ReLU.
    plain, offset = tmp_path / "plain.pt", tmp_path / "offset.pt"
    for path, number in ((plain, "0"), (offset, "-1.5")):
        arguments = ["--checkpoint", str(before), "--out", str(path)]
        assert main(["offset", *arguments, f"clutter={number}", "car=0.25"]) == 0
    one, other = logits(plain), logits(offset)
    change = {name: other[name] - one[name] - (other["tree"] - one["tree"]) for name in one}
    for name, difference in change.items():
        expected = -1.5 if name == "clutter" else 0
        assert difference.abs().sub(abs(expected)).abs().max() < 1e-4, name
        assert difference.mean().item() == pytest.approx(expected, abs=1e-4)
    stored = torch.load(offset, weights_only=True)
    assert stored["trained_on"] == (
        "Trained on nothing. Logits offset afterwards: clutter -1.5, car +0.25."
    )
    assert stored["scores"] == []
    assert stored["bands"] == ["red"]


@pytest.mark.parametrize(
    ("family", "offset", "sentence"),
    [
        ("mobanet", "clutter=-1", "The last layer of MoBaNet has no number per class"),
        ("emsnet", "water=-1", "The checkpoint has no class water; it has clutter, impervious"),
        ("emsnet", "clutter", "'clutter' is not CLASS=NUMBER"),
    ],
)
def test_what_cannot_be_offset_is_refused(tmp_path, capsys, family, offset, sentence):
    path, out = checkpoint(tmp_path, family), tmp_path / "out.pt"
    assert main(["offset", "--checkpoint", str(path), "--out", str(out), offset]) == 1
    assert sentence in capsys.readouterr().err
    assert not out.exists()
