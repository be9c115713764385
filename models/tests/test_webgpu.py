"""Exports on onnxruntime's WebGPU provider, CPU fallback forbidden, against PyTorch's numbers."""

import os
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
from nadir_models.export.compare import relative_difference
from nadir_models.families.registry import get_variant
from nadir_models.graph import onnx_graph
from nadir_models.graph.dispatches import count_dispatches
from nadir_models.graph.lint import lint
from nadir_models.graph.webgpu import WebGpuUnavailable, run_all_on_webgpu, run_on_webgpu


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


def test_exports_run_on_webgpu_and_match_the_golden_pair(exports):
    made = [exports(nano) for nano in NANOS]
    pairs = [golden_arrays(folder) for folder, _ in made]
    runs = run_all_or_skip(
        [
            (folder / "model.onnx", inputs)
            for (folder, _), (inputs, _) in zip(made, pairs, strict=True)
        ]
    )
    for (_, manifest), (_, expected), run in zip(made, pairs, runs, strict=True):
        difference = relative_difference(run.output, expected)
        told = f"{manifest['network']}: {difference:.1e}, {run.dispatches.total()} dispatches"
        print(told)
        assert difference <= 1e-4, told
        assert np.abs(run.output - expected).max() <= manifest["golden"]["tolerance"], told
        assert run.dispatches.total() > 0, told
        # Half-stored weights are folded when the file is loaded.
        assert run.dispatches["Cast"] == 0, told


def test_mfnet_with_untrained_positions_as_in_official_checkpoints(tmp_path):
    # The software adapter takes as long for each window: a batch of two is computed once.
    variants = [("nano", 2), ("nano_lora", 1)]
    jobs, expected = [], []
    for variant, batch in variants:
        network = fill_with_recipe(build_network("mfnet", variant))
        for name, parameter in network.named_parameters():
            if "rel_h" in name or "rel_w" in name:
                parameter.data.zero_()
        graph = get_variant("mfnet", variant).rewrite(network)
        model = tmp_path / f"{variant}.onnx"
        onnx.save(onnx_graph.to_onnx(graph, 64), model)
        inputs = recipe_inputs(64, 64, batch)
        jobs.append((model, {"optical": inputs[0].numpy(), "dsm": inputs[1].numpy()}))
        with torch.inference_mode():
            expected.append(network(*inputs).numpy())
    for (variant, _), run, wanted in zip(variants, run_all_or_skip(jobs), expected, strict=True):
        logits = torch.from_numpy(run.output)
        found = F.interpolate(logits, scale_factor=4, mode="bilinear", align_corners=False)
        assert relative_difference(found.numpy(), wanted) <= 1e-4, variant


def test_emsnet_needs_at_most_220_dispatches():
    size = get_variant("emsnet", "nano")  # the count does not depend on the width
    network = size.build(num_classes=6).eval()
    plain = count_dispatches(onnx_graph.to_onnx(network, 64))
    if plain is None:
        run_or_skip(Path("none"), {})
    rewritten = count_dispatches(onnx_graph.to_onnx(size.rewrite(network), 64))
    print(f"EMSNet: {plain.total()} dispatches before, {rewritten.total()} after")
    assert rewritten.total() <= 220 < plain.total()


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
