"""Exports against PyTorch, their manifest and golden pair, and what happens when input is bad."""

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from golden_pair import golden_arrays
from recipe import fill_with_recipe

from nadir_models import build_network
from nadir_models.__main__ import main
from nadir_models.checkpoints.read import read_checkpoint
from nadir_models.export.compare import infer
from nadir_models.export.golden import read_golden
from nadir_models.export.manifest import optional_heights
from nadir_models.export.restore import read_network
from nadir_models.export.write import export, facts_for
from nadir_models.families.family import Variant
from nadir_models.families.registry import FAMILIES
from nadir_models.graph.macs import count_macs
from nadir_models.graph.onnx_graph import halve_weights

ZOO = Path(__file__).parents[1] / "zoo"


def test_the_golden_pair_is_what_onnxruntime_computes(exported):
    folder, manifest = exported
    inputs, output = golden_arrays(folder)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    logits = session.run(["logits"], inputs)[0]
    assert np.abs(logits - output).max() <= manifest["golden"]["tolerance"] / 10
    assert output.std() > 0


@pytest.mark.parametrize("options", [{}, {"weights": "fp32"}, {"compute": "fp16"}], ids=str)
def test_the_golden_logits_are_pytorchs_whatever_the_runtime_says(options, tmp_path, monkeypatch):
    """A runtime that is a little wrong, within what an export bears, leaves no trace in them."""

    class Slightly(onnxruntime.InferenceSession):
        def run(self, *arguments):
            return [1.00005 * output for output in super().run(*arguments)]

    size = FAMILIES["emsnet"].variant("nano")
    weights = fill_with_recipe(size.build(num_classes=6)).state_dict()
    torch.save(weights, tmp_path / "weights.pt")
    monkeypatch.setattr("nadir_models.export.compare.onnxruntime.InferenceSession", Slightly)
    export(network="emsnet", variant="nano", checkpoint=tmp_path / "weights.pt", out=tmp_path,
           id="model", **options)  # fmt: skip
    inputs, output = golden_arrays(tmp_path)
    network = size.build(num_classes=6)
    network.load_state_dict(weights)
    graph = size.rewrite(network)
    if options.get("weights") != "fp32":
        halve_weights(graph)
    expected = infer(graph, (torch.from_numpy(inputs["optical"]), torch.from_numpy(inputs["dsm"])))
    assert np.abs(output - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("path", sorted(ZOO.glob("*.onnx")), ids=lambda path: path.stem)
def test_the_shipped_golden_logits_are_pytorchs(path):
    """The plain network in PyTorch, taken from the file and its last upsampling included."""
    manifest = json.loads(path.with_suffix(".nadir.json").read_text())
    inputs, output = read_golden(path.with_suffix(".golden.json"))
    found = read_network(path)
    seen = torch.from_numpy(inputs["optical"]), torch.from_numpy(inputs["dsm"])
    plain = infer(found.network, seen)
    side = plain.shape[2:]
    whole = torch.nn.functional.interpolate(torch.from_numpy(output), side, mode="bilinear")
    assert np.abs(whole.numpy() - plain).max() <= manifest["golden"]["tolerance"]
    # The rewritten one differs from the file's logits by no more than another processor's rounding.
    assert np.abs(infer(found.graph, seen) - output).max() <= manifest["golden"]["tolerance"] / 10
    content = path.read_bytes()
    assert manifest["graph"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_golden_pair_is_renewed_beside_an_untouched_file(tmp_path, capsys):
    for file in ZOO.glob("emsnet-nano.*"):
        shutil.copy(file, tmp_path)
    path = tmp_path / "emsnet-nano.onnx"
    bin_file = path.with_suffix(".golden.bin")
    before = bin_file.read_bytes()
    bin_file.write_bytes(before[:-4000] + bytes(4000))
    assert main(["golden", str(path)]) == 0
    assert "changed by at most" in capsys.readouterr().out
    _, output = read_golden(path.with_suffix(".golden.json"))
    _, shipped = read_golden(ZOO / "emsnet-nano.golden.json")
    assert np.abs(output - shipped).max() <= 1e-5 * np.abs(shipped).max()
    assert bin_file.read_bytes()[: -shipped.nbytes] == before[: -shipped.nbytes]
    assert path.read_bytes() == (ZOO / path.name).read_bytes()
    path.with_suffix(".golden.json").unlink()
    assert main(["golden", str(path)]) == 1
    assert "no golden pair" in capsys.readouterr().err


def test_the_manifest_describes_the_file(exported):
    folder, manifest = exported
    content = (folder / "model.onnx").read_bytes()
    assert manifest["format"] == "nadir-model/1"
    assert manifest["graph"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["graph"]["bytes"] == len(content)
    model = onnx.load(folder / "model.onnx")
    assert manifest["network"]["macsPerWindow"] == count_macs(model)
    for entry, value in zip(manifest["inputs"], model.graph.input, strict=True):
        dimensions = value.type.tensor_type.shape.dim
        assert entry["name"] == value.name
        assert entry["shape"] == [d.dim_param or d.dim_value for d in dimensions]
        assert len(entry["mean"]) == len(entry["std"]) == len(entry["bands"])
    window = manifest["window"]
    padded = window["sizePx"] + window["padPx"]
    assert manifest["output"]["shape"][2] * manifest["output"]["stride"] == padded
    assert len(manifest["classes"]) == manifest["output"]["shape"][1]


def test_deepness_and_stac_files_agree_with_the_manifest(exported):
    folder, manifest = exported
    metadata = {p.key: json.loads(p.value) for p in onnx.load(folder / "model.onnx").metadata_props}
    names = {str(entry["id"]): entry["name"] for entry in manifest["classes"]}
    assert metadata["model_type"] == "Segmentor"
    assert metadata["class_names"] == names
    item = json.loads((folder / "model.stac.json").read_text())
    assert (
        item["properties"]["mlm:input"][0]["input"]["shape"][1:]
        == (manifest["inputs"][0]["shape"][1:])
    )
    assert item["assets"]["model"]["file:checksum"] == "1220" + manifest["graph"]["sha256"]


def test_half_stored_weights_leave_no_cast_in_the_running_graph(exported, tmp_path):
    folder, manifest = exported
    stored = onnx.load(folder / "model.onnx")
    assert any(node.op_type == "Cast" for node in stored.graph.node)
    assert manifest["graph"]["bytes"] < 3 * manifest["network"]["parameters"]
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    onnxruntime.InferenceSession(folder / "model.onnx", options)
    running = onnx.load(tmp_path / "optimised.onnx")
    assert not any(node.op_type == "Cast" for node in running.graph.node)


def test_a_trained_checkpoint_brings_its_facts_along(tmp_path):
    network = build_network("emsnet", "nano", num_classes=6)
    scores = [{"dataset": "d", "split": "test", "convention": "c", "miou": 0.5, "oa": 0.6}]
    torch.save(
        {
            "network": "emsnet",
            "variant": "nano",
            "num_classes": 6,
            "state_dict": network.state_dict(),
            "trained_on": "Synthetic scenes.",
            "scores": scores,
            "bands": ["nir", "red", "green"],
            "problem": "metres",
        },
        tmp_path / "x.pt",
    )
    arguments = ["export", "--network", "emsnet", "--variant", "nano"]
    arguments += ["--checkpoint", str(tmp_path / "x.pt"), "--limits", "Snow is clutter."]
    assert main([*arguments, "--out", str(tmp_path)]) == 0
    manifest = json.loads((tmp_path / "emsnet-nano.nadir.json").read_text())
    assert manifest["trainedOn"] == "Synthetic scenes."
    assert manifest["limits"] == "Snow is clutter."
    assert manifest["scores"] == scores
    assert manifest["inputs"][0]["bands"] == ["nir", "red", "green"]
    heights = manifest["inputs"][1]
    assert heights["kind"] == "ndsm"
    assert heights["scale"] == {"kind": "fixed", "min": 0, "max": 20}
    assert heights["optional"] is True
    assert heights["absent"] == heights["nodataFill"] == -0.25
    assert manifest["groundSamplingDistanceMetres"] == {"min": 0.15, "max": 0.3, "best": 0.2}
    item = json.loads((tmp_path / "emsnet-nano.stac.json").read_text())
    (metres,) = item["properties"]["mlm:input"][1]["value_scaling"]
    assert (metres["minimum"], metres["maximum"]) == (0, 20)


def test_official_emsnet_weights_get_the_official_preprocessing(tmp_path):
    with torch.device("meta"):
        keys = build_network("emsnet", "base", num_classes=2).state_dict()
    torch.save({f"module.{key}": torch.zeros(()) for key in keys}, tmp_path / "best.pth")
    stored = read_checkpoint(tmp_path / "best.pth")
    assert stored.state_dict.keys() == keys.keys()
    facts = facts_for(FAMILIES["emsnet"].variant("base"), stored.facts)
    assert facts.bands == ("blue", "green", "red")
    assert [entry["name"] for entry in facts.class_table(2)] == ["background", "building"]
    assert (facts.height_kind, facts.dsm_scale) == ("dsm", {"kind": "declared-type"})
    assert optional_heights(facts) == {}


class Bomb:
    """Pickles to a call of `open`, which a careless loader would run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def write_wrong_variant(path: Path) -> None:
    torch.save(build_network("emsnet", "base", num_classes=2).state_dict(), path)


def write_truncated(path: Path) -> None:
    torch.save(build_network("emsnet", "nano").state_dict(), path)
    path.write_bytes(path.read_bytes()[:5000])


def write_code(path: Path) -> None:
    path.write_bytes(pickle.dumps({"state_dict": Bomb(path.with_suffix(".bang"))}))


def write_code_in_archive(path: Path) -> None:
    torch.save({"state_dict": Bomb(path.with_suffix(".bang"))}, path)


def write_text(path: Path) -> None:
    path.write_text("not a checkpoint")


def write_list(path: Path) -> None:
    torch.save([torch.zeros(3)], path)


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (write_wrong_variant, "it fits emsnet base with 2 classes"),
        (write_truncated, "damaged or not a PyTorch checkpoint"),
        (write_code, "contains Python code"),
        (write_code_in_archive, "contains Python code"),
        (write_text, "not a PyTorch checkpoint"),
        (write_list, "holds a list"),
        (lambda path: None, "no checkpoint at"),
    ],
)
def test_a_bad_checkpoint_is_one_sentence_and_nothing_is_written(write, says, tmp_path, capsys):
    checkpoint, out = tmp_path / "x.pt", tmp_path / "out"
    write(checkpoint)
    arguments = ["export", "--network", "emsnet", "--variant", "nano"]
    code = main([*arguments, "--checkpoint", str(checkpoint), "--out", str(out)])
    message = capsys.readouterr().err
    assert code == 1
    assert says in message
    assert message.count("\n") == 1
    assert not out.exists()
    assert not checkpoint.with_suffix(".bang").exists()


@pytest.mark.parametrize(
    ("network", "variant", "says"),
    [("segnet", "base", "choose one of emsnet"), ("emsnet", "giant", "choose one of base, nano")],
)
def test_an_unknown_network_or_variant_lists_what_there_is(
    network, variant, says, tmp_path, capsys
):
    out = tmp_path / "out"
    code = main(["export", "--network", network, "--variant", variant, "--out", str(out)])
    assert code == 1
    assert says in capsys.readouterr().err
    assert not out.exists()


def test_a_graph_that_disagrees_is_refused(monkeypatch, tmp_path, capsys):
    right = Variant.rewrite

    def wrong(size, network):
        graph = right(size, network)
        graph.fu_sar_opt.fusion2.weight.data *= 1.01
        return graph

    monkeypatch.setattr(Variant, "rewrite", wrong)
    out = tmp_path / "out"
    assert main(["export", "--network", "emsnet", "--variant", "nano", "--out", str(out)]) == 1
    assert "differs from the reference" in capsys.readouterr().err
    assert not out.exists()
