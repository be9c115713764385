"""Exports on onnxruntime's WebGPU provider, CPU fallback forbidden, against PyTorch's numbers."""

import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from contract import NANOS
from golden_pair import golden_arrays
from onnx import TensorProto, helper, numpy_helper
from recipe import fill_with_recipe, recipe_inputs
from torch.nn import functional as F

from nadir_models import build_network
from nadir_models.export.compare import infer, relative_difference
from nadir_models.families.registry import get_variant
from nadir_models.graph import onnx_graph
from nadir_models.graph.dispatches import count_dispatches
from nadir_models.graph.lint import lint
from nadir_models.graph.webgpu import (
    WebGpuRun,
    WebGpuUnavailable,
    run_all_on_webgpu,
    run_on_webgpu,
)


def run_or_skip(model: Path, feeds: dict[str, np.ndarray], **options):
    """Run on WebGPU; a machine without it skips, except in CI, where that is a failure."""
    return run_all_or_skip([(model, feeds)], **options)[0]


def run_all_or_skip(jobs: list[tuple[Path, dict[str, np.ndarray]]], **options):
    """As `run_or_skip`, for several files."""
    try:
        return run_all_on_webgpu(jobs, **options)
    except WebGpuUnavailable as reason:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"WebGPU is needed in CI: {reason}")
        pytest.skip(str(reason))


@dataclass(frozen=True)
class Compared:
    """A file's run on WebGPU, and what PyTorch computes for the same inputs."""

    run: WebGpuRun
    expected: np.ndarray


@pytest.fixture(scope="session")
def compared(exports, made_once) -> dict[str, Compared]:
    """Every network here by name, run in one process: a GPU program is then compiled once.

    The software adapter needs far longer for that than for running. There are: every nano's export
    as `mfnet/nano`, and MFNet's as `untrained nano` and `untrained nano_lora`, with the positions
    of official checkpoints.
    """

    def fill(folder: Path) -> None:
        jobs, expected = {}, {}
        for nano in NANOS:
            exported, _ = exports(nano)
            name = "/".join(nano)
            inputs, expected[name] = golden_arrays(exported)
            jobs[name] = exported / "model.onnx", inputs
        for variant, batch in (("nano", 2), ("nano_lora", 1)):
            name = f"untrained {variant}"
            graph, inputs, expected[name] = untrained_mfnet(variant, batch)
            onnx.save(onnx_graph.to_onnx(graph, 64), folder / f"{name}.onnx")
            jobs[name] = folder / f"{name}.onnx", named(inputs)
        runs = run_all_or_skip(list(jobs.values()))
        kept = {name: Compared(run, expected[name]) for name, run in zip(jobs, runs, strict=True)}
        (folder / "compared.pickle").write_bytes(pickle.dumps(kept))

    return pickle.loads((made_once("webgpu", fill) / "compared.pickle").read_bytes())


def untrained_mfnet(variant: str, batch: int):
    """MFNet without relative positions: its graph, inputs, and logits of the plain network."""
    network = fill_with_recipe(build_network("mfnet", variant))
    for name, parameter in network.named_parameters():
        if "rel_h" in name or "rel_w" in name:
            parameter.data.zero_()
    inputs = recipe_inputs(64, 64, batch)
    return get_variant("mfnet", variant).rewrite(network), inputs, infer(network, inputs)


def named(inputs: tuple[torch.Tensor, torch.Tensor]) -> dict[str, np.ndarray]:
    """Inputs as a file knows them."""
    return {"optical": inputs[0].numpy(), "dsm": inputs[1].numpy()}


@pytest.mark.parametrize("nano", NANOS, ids="/".join)
def test_exports_run_on_webgpu_and_match_the_golden_pair(nano, exports, compared):
    _, manifest = exports(nano)
    run, expected = compared["/".join(nano)].run, compared["/".join(nano)].expected
    difference = relative_difference(run.output, expected)
    print(f"{manifest['network']}: {difference:.1e}, {run.dispatches.total()} dispatches")
    assert difference <= 1e-4
    assert np.abs(run.output - expected).max() <= manifest["golden"]["tolerance"]
    assert run.dispatches.total() > 0
    assert run.dispatches["Cast"] == 0  # half-stored weights are folded when the file is loaded


@pytest.mark.parametrize("variant", ["nano", "nano_lora"])
def test_mfnet_with_untrained_positions_as_in_official_checkpoints(variant, compared):
    run, expected = compared[f"untrained {variant}"].run, compared[f"untrained {variant}"].expected
    logits = torch.from_numpy(run.output)
    found = F.interpolate(logits, scale_factor=4, mode="bilinear", align_corners=False).numpy()
    assert relative_difference(found, expected) <= 1e-4


def test_emsnet_needs_at_most_220_dispatches(compared):
    """The count does not depend on the width."""
    plain = build_network("emsnet", "nano").eval()
    before = count_dispatches(onnx_graph.to_onnx(plain, 64))
    after = compared["emsnet/nano"].run.dispatches
    print(f"EMSNet: {before.total()} dispatches before, {after.total()} after")
    assert after.total() <= 220 < before.total()


def test_dispatches_are_counted_without_waiting_for_the_run(tmp_path):
    """As many as the whole run has, the reshape and the operator that mark its end left out."""
    value = helper.make_tensor_value_info("optical", TensorProto.FLOAT, [1, 4])
    result = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 4])
    nodes = [
        helper.make_node("Sin", ["optical"], ["a"]),
        helper.make_node("Exp", ["a"], ["b"]),
        helper.make_node("Mul", ["a", "b"], ["logits"]),
    ]
    graph = helper.make_graph(nodes, "g", [value], [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, tmp_path / "model.onnx")
    run = run_or_skip(tmp_path / "model.onnx", {"optical": np.ones((1, 4), np.float32)})
    assert count_dispatches(model) == run.dispatches
    assert set(run.dispatches) == {"Sin", "Exp", "Mul"}


def test_an_operator_without_a_kernel_is_refused_by_the_provider_and_by_lint(tmp_path):
    value = helper.make_tensor_value_info("optical", TensorProto.FLOAT, [1, 4])
    result = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 4])
    node = helper.make_node("Hardmax", ["optical"], ["logits"])
    graph = helper.make_graph([node], "g", [value], [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, tmp_path / "model.onnx")
    assert [finding.rule for finding in lint(model)] == ["no-kernel"]
    run_or_skip(tmp_path / "model.onnx", {"optical": np.ones((1, 4))}, allow_cpu=True)
    with pytest.raises(RuntimeError, match="does not run on WebGPU"):
        run_on_webgpu(tmp_path / "model.onnx", {"optical": np.ones((1, 4))})


@pytest.mark.parametrize("channels", [6, 8])
def test_the_convolution_lint_warns_of_is_really_wrong_and_the_padded_one_right(channels, tmp_path):
    random = np.random.RandomState(0)
    weight = random.standard_normal((8, channels, 3, 3)).astype(np.float32)
    image = random.standard_normal((1, channels, 16, 16)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["optical", "w"], ["logits"], "conv", pads=[1, 1, 1, 1])],
        "g",
        [helper.make_tensor_value_info("optical", TensorProto.FLOAT, list(image.shape))],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 8, 16, 16])],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, tmp_path / "model.onnx")
    expected = torch.nn.functional.conv2d(
        torch.from_numpy(image), torch.from_numpy(weight), padding=1
    ).numpy()
    run = run_or_skip(tmp_path / "model.onnx", {"optical": image})
    wrong = relative_difference(run.output, expected) > 0.01
    flagged = any(finding.rule == "conv-vec3" for finding in lint(model))
    print(f"{channels} channels: wrong {wrong}, flagged {flagged}")
    assert wrong == flagged == (channels == 6)
