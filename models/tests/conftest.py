"""Fixtures that several test files share."""

import json
import os
from pathlib import Path

import pytest
import torch
from recipe import fill_with_recipe

from nadir_models import build_network
from nadir_models.export.write import export

if "PYTEST_XDIST_WORKER" in os.environ:
    torch.set_num_threads(1)  # the workers share the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # and so do the programs they start

NANOS = [("emsnet", "nano"), ("mobanet", "nano"), ("mfnet", "nano"), ("mfnet", "nano_lora")]


@pytest.fixture(scope="session", params=NANOS, ids="/".join)
def exported(request, tmp_path_factory) -> tuple[Path, dict]:
    """One nano export with lively random weights: its folder and manifest."""
    network, variant = request.param
    folder = tmp_path_factory.mktemp("export")
    weights = folder / "weights.pt"
    torch.save(fill_with_recipe(build_network(network, variant)).state_dict(), weights)
    export(network=network, variant=variant, checkpoint=weights, out=folder, id="model")
    return folder, json.loads((folder / "model.nadir.json").read_text())
