"""Exported networks turned back into checkpoints."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from nadir_models.__main__ import main
from nadir_models.errors import NadirError
from nadir_models.evaluate.evaluation import load_model
from nadir_models.evaluate.predict import prepare
from nadir_models.export.compare import infer
from nadir_models.export.restore import windows_of_scenes
from nadir_models.families.problem import METRES, get_problem
from nadir_models.families.registry import FAMILIES, build_network, get_variant
from nadir_models.scenes import CLASS_NAMES
from nadir_models.train.distill import Distillation

ZOO = Path(__file__).parents[1] / "zoo"
NETWORKS = ("emsnet", "mobanet", "mfnet")


@pytest.fixture(scope="module", params=NETWORKS)
def restored(request, tmp_path_factory):
    """Name of the network and the checkpoint of its nano."""
    path = tmp_path_factory.mktemp("restored") / "nano.pt"
    onnx = ZOO / f"{request.param}-nano.onnx"
    assert main(["restore", "--onnx", str(onnx), "--out", str(path)]) == 0
    return request.param, path


def network_of(path):
    stored = torch.load(path, weights_only=True)
    network = build_network(stored["network"], stored["variant"], num_classes=6).eval()
    network.load_state_dict(stored["state_dict"])
    return network


def random_inputs(name, batch):
    random = np.random.default_rng(1)
    side = get_variant(name, "nano").input_px
    return [random.random((batch, bands, side, side), np.float32) for bands in (3, 1)]


def in_onnxruntime(path, inputs):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, dict(zip(("optical", "dsm"), inputs, strict=True)))[0]


def test_the_checkpoint_computes_what_the_file_computes(restored):
    """As it would be exported again, because the file leaves the last upsampling to its reader."""
    name, path = restored
    inputs = random_inputs(name, 3)
    expected = in_onnxruntime(ZOO / f"{name}-nano.onnx", inputs)
    graph = get_variant(name, "nano").rewrite(network_of(path))
    found = infer(graph, tuple(map(torch.from_numpy, inputs)))
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()
    assert (found.argmax(1) == expected.argmax(1)).mean() > 0.999


def write_equal_shares(folder, share):
    """MFNet's nano as `equal.onnx`, two levels with the same shares, of which a file holds one."""
    stored = folder / "a.pt"
    assert main(["restore", "--onnx", str(ZOO / "mfnet-nano.onnx"), "--out", str(stored)]) == 0
    facts = torch.load(stored, weights_only=True)
    equal = (1 + share, 1 - share)
    for level, shares in ((3, equal), (2, equal), (1, (0.8, 1.2))):
        facts["state_dict"][f"decoder.p{level}.weights"] = torch.tensor(shares)
    torch.save(facts, stored)
    assert main([
        "export", "--network", "mfnet", "--variant", "nano", "--checkpoint", str(stored),
        "--id", "equal", "--out", str(folder),
    ]) == 0  # fmt: skip
    held = [tensor.name for tensor in onnx.load(folder / "equal.onnx").graph.initializer]
    assert "p3.share" in held and "p2.share" not in held
    return folder / "equal.onnx"


def test_levels_of_mfnet_that_share_a_number_each_get_it(tmp_path):
    """A file holds equal constants once."""
    onnx_path, restored_path = write_equal_shares(tmp_path, 0.3), tmp_path / "b.pt"
    assert main(["restore", "--onnx", str(onnx_path), "--out", str(restored_path)]) == 0
    inputs = random_inputs("mfnet", 2)
    expected = in_onnxruntime(onnx_path, inputs)
    graph = get_variant("mfnet", "nano").rewrite(network_of(restored_path))
    assert (
        np.abs(infer(graph, tuple(map(torch.from_numpy, inputs))) - expected).max()
        < 1e-3 * np.abs(expected).max()
    )


def test_a_number_that_was_not_found_in_the_file_is_not_passed_over(tmp_path, monkeypatch, capsys):
    """However little it changes: here a share that is off by two hundredths."""
    onnx_path, restored_path = write_equal_shares(tmp_path, 0.02), tmp_path / "b.pt"
    restorer = FAMILIES["mfnet"].restorer
    renamed = restorer.renamed

    def without_shares(*given):
        return {name: x for name, x in renamed(*given).items() if not name.endswith(".share")}

    monkeypatch.setattr(restorer, "renamed", without_shares)
    assert main(["restore", "--onnx", str(onnx_path), "--out", str(restored_path)]) == 1
    assert "The restored network differs" in capsys.readouterr().err
    assert not restored_path.exists()


def test_batch_norms_hold_the_statistics_of_their_inputs(restored):
    """Otherwise training, which measures them anew, would begin with another function."""
    name, path = restored
    network = network_of(path)
    problem = get_problem(torch.load(path, weights_only=True)["problem"])
    reached = {}
    for key, part in network.named_modules():
        if isinstance(part, nn.BatchNorm2d):
            part.register_forward_pre_hook(
                lambda norm, inputs, key=key: reached.update({key: (norm, inputs[0].numpy())})
            )
    with torch.no_grad():
        network(*windows_of_scenes(get_variant(name, "nano"), problem))
    assert len(reached) > 10
    for key, (norm, seen) in reached.items():
        mean = seen.mean((0, 2, 3), np.float64)
        variance = seen.var((0, 2, 3), np.float64, ddof=1)  # as PyTorch keeps it
        close = {"rtol": 1e-3, "atol": 1e-5, "err_msg": key}
        np.testing.assert_allclose(norm.running_mean.numpy(), mean, **close)
        np.testing.assert_allclose(norm.running_var.numpy(), variance, **close)


def test_a_network_of_metres_is_calibrated_on_metres_and_on_none():
    _, heights = windows_of_scenes(get_variant("emsnet", "nano"), METRES)
    absent = (heights == -0.25).flatten(1).all(1)
    assert 0.2 < absent.float().mean() < 0.5
    # A house or a tree stands in most of the others, and 20 m and more in few.
    assert 0.1 < heights[~absent].flatten(1).amax(1).median() < 1


def test_training_goes_on_from_it(restored, tmp_path, monkeypatch):
    name, path = restored
    monkeypatch.setattr("nadir_models.train.loop.VALIDATION_SIZE_PX", 64)
    assert main([
        "train", "--network", name, "--variant", "nano", "--recipe", "nano", "--init", str(path),
        "--steps", "2", "--batch", "2", "--bank", str(tmp_path), "--bank-scenes", "2",
        "--bank-size", "96", "--validation-scenes", "1", "--out", str(tmp_path / "run"),
        "--threads", "1", "--device", "cpu",
    ]) == 0  # fmt: skip
    assert "further from given weights" in torch.load(tmp_path / "run" / "weights.pt")["trained_on"]


def test_it_knows_what_the_manifest_beside_the_file_says(restored):
    name, path = restored
    manifest = json.loads((ZOO / f"{name}-nano.nadir.json").read_text())
    facts = torch.load(path, weights_only=True)
    assert facts["classes"] == manifest["classes"]
    assert facts["bands"] == ["red", "green", "blue"]
    assert facts["trained_on"] == manifest["trainedOn"]
    assert facts["licence"] == "Apache-2.0"
    assert facts["scores"] == manifest["scores"]


def test_it_teaches_the_students_of_its_problem(restored, tmp_path):
    """A teacher that is its student: no difference in logits, classes in another order."""
    name, path = restored
    student, names = network_of(path), list(CLASS_NAMES)
    distillation = Distillation(path, student, FAMILIES[name], names, "metres")
    optical, heights = (torch.rand(2, bands, 64, 64) for bands in (3, 1))
    with torch.no_grad():
        seen = prepare(get_variant(name, "nano"), optical, heights)
        logits = student(*seen)[..., :64, :64]
    own = [FAMILIES[name].class_order.index(id) for id in range(6)]
    _, logit = distillation.losses(optical, heights, logits[:, own])
    assert logit.item() == pytest.approx(0, abs=1e-5)
    assert load_model(path).to_class.tolist() == list(FAMILIES[name].class_order)


def test_exported_again_it_says_the_same_of_itself(tmp_path):
    """What no checkpoint said is not taken for said: the authors' scaling stays theirs."""
    first, start, second = tmp_path / "first", tmp_path / "start.pt", tmp_path / "second"
    for source, facts in (("", ["--classes", "8"]), (str(start), [])):
        out = second if source else first
        given = ["--checkpoint", source] if source else []
        assert main(["export", "--network", "emsnet", "--out", str(out), *given, *facts]) == 0
        if not source:
            onnx = first / "emsnet.onnx"
            assert main(["restore", "--onnx", str(onnx), "--out", str(start)]) == 0
    was, now = (
        json.loads((folder / "emsnet.nadir.json").read_text()) for folder in (first, second)
    )
    for key in ("inputs", "classes", "scores", "licence", "groundSamplingDistanceMetres"):
        assert was[key] == now[key], key
    assert now["inputs"][1]["scale"] == {"kind": "declared-type"}
    assert "start.pt" in now["trainedOn"]


def test_without_a_manifest_or_with_another_nothing_is_guessed(tmp_path, capsys):
    onnx, start = tmp_path / "emsnet-nano.onnx", tmp_path / "start.pt"
    shutil.copy(ZOO / onnx.name, onnx)
    arguments = ["restore", "--onnx", str(onnx), "--out", str(start)]
    assert main(arguments) == 0
    assert "does not say its classes" in capsys.readouterr().out
    with pytest.raises(NadirError, match="does not say its classes; give a file that `train`"):
        load_model(start)
    start.unlink()
    manifest = json.loads((ZOO / "emsnet-nano.nadir.json").read_text())
    del manifest["classes"][5]
    onnx.with_suffix(".nadir.json").write_text(json.dumps(manifest))
    assert main(arguments) == 1
    assert "has 6 classes, but the manifest beside it names 5" in capsys.readouterr().err
    assert not start.exists()


def write_other_tuning(path):
    """MFNet's nano with another name for one of its adapters, as another tuning has."""
    model = onnx.load(ZOO / "mfnet-nano.onnx")
    adapter = next(x for x in model.graph.initializer if "adapter" in x.name.lower())
    renamed, adapter.name = adapter.name, "lora"
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name == renamed:
                node.input[index] = "lora"
    onnx.save(model, path)


@pytest.mark.parametrize("name", ["emsnet-nano.nadir.json", "lora.onnx"])
def test_other_files_are_refused_and_nothing_is_written(name, tmp_path, capsys):
    if name == "lora.onnx":
        write_other_tuning(tmp_path / name)
    folder, out = tmp_path if name == "lora.onnx" else ZOO, tmp_path / "start.pt"
    assert main(["restore", "--onnx", str(folder / name), "--out", str(out)]) == 1
    assert name in capsys.readouterr().err
    assert not out.exists()
