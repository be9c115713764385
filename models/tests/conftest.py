"""Fixtures that several test files share."""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from contract import NANOS
from recipe import fill_with_recipe

from nadir_models import build_network
from nadir_models.export.write import export

if "PYTEST_XDIST_WORKER" in os.environ:
    torch.set_num_threads(1)  # the workers share the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # and so do the programs they start


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Callable[[tuple[str, str]], tuple[Path, dict]]:
    """Nano exports with lively random weights: folder and manifest by network and variant.

    Each is made once, by whichever worker needs it first.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def of(nano: tuple[str, str]) -> tuple[Path, dict]:
        network, variant = nano
        folder = shared / f"export-{network}-{variant}"
        with (shared / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "model.nadir.json").exists():
                folder.mkdir(exist_ok=True)
                weights = folder / "weights.pt"
                network_of_recipe = fill_with_recipe(build_network(network, variant))
                torch.save(network_of_recipe.state_dict(), weights)
                export(network=network, variant=variant, checkpoint=weights, out=folder, id="model")
        return folder, json.loads((folder / "model.nadir.json").read_text())

    return of


@pytest.fixture(scope="session", params=NANOS, ids="/".join)
def exported(request, exports) -> tuple[Path, dict]:
    """One of them."""
    return exports(request.param)
