"""Every size that fits a browser, exported, against PyTorch, in onnxruntime and on WebGPU."""

import onnxruntime
import pytest
import torch
from contract import BROWSER_SIZED, needs_big_models
from golden_pair import golden_arrays
from recipe import fill_with_recipe
from test_webgpu import run_or_skip
from torch.nn import functional as F

from nadir_models import build_network
from nadir_models.export.compare import relative_difference
from nadir_models.export.write import export, facts_for, sample_inputs
from nadir_models.families.registry import get_variant

pytestmark = needs_big_models


@pytest.fixture(scope="module", params=BROWSER_SIZED, ids="/".join)
def sized(request, tmp_path_factory):
    """(network, variant, module with lively weights, folder of its export in full precision)."""
    name, variant = request.param
    folder = tmp_path_factory.mktemp("sized")
    network = fill_with_recipe(build_network(name, variant))
    torch.save(network.state_dict(), folder / "weights.pt")
    stored = {"checkpoint": folder / "weights.pt", "weights": "fp32"}
    export(network=name, variant=variant, out=folder, id="model", **stored)
    (folder / "weights.pt").unlink()
    return name, variant, network, folder


@pytest.mark.parametrize("batch", [1, 3])
def test_the_export_equals_pytorch(sized, batch):
    name, variant, network, folder = sized
    size = get_variant(name, variant)
    inputs = sample_inputs(facts_for(size, {}), size, batch)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    feeds = {"optical": inputs[0].numpy(), "dsm": inputs[1].numpy()}
    logits = torch.from_numpy(session.run(["logits"], feeds)[0])
    with torch.inference_mode():
        expected = network(*inputs).numpy()
    side = expected.shape[2:]
    found = F.interpolate(logits, side, mode="bilinear", align_corners=False).numpy()
    difference = relative_difference(found, expected)
    print(f"{name} {variant} at batch {batch}: {difference:.1e}")
    assert difference <= 1e-4


def test_the_export_runs_on_webgpu_and_matches(sized):
    name, variant, _, folder = sized
    inputs, expected = golden_arrays(folder)
    run = run_or_skip(folder / "model.onnx", inputs)
    difference = relative_difference(run.output, expected)
    print(f"{name} {variant} on WebGPU: {difference:.1e}, {run.dispatches.total()} dispatches")
    assert difference <= 1e-4
