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
def made_once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """A folder that a function fills, by name: once, for whichever worker asks first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def folder_of(name: str, fill: Callable[[Path], None]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                folder.mkdir(exist_ok=True)
                fill(folder)
                filled.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def exports(made_once) -> Callable[[tuple[str, str]], tuple[Path, dict]]:
    """Nano exports with lively random weights: folder and manifest by network and variant."""

    def of(nano: tuple[str, str]) -> tuple[Path, dict]:
        network, variant = nano

        def fill(folder: Path) -> None:
            weights = folder / "weights.pt"
            torch.save(fill_with_recipe(build_network(network, variant)).state_dict(), weights)
            export(network=network, variant=variant, checkpoint=weights, out=folder, id="model")

        folder = made_once(f"export-{network}-{variant}", fill)
        return folder, json.loads((folder / "model.nadir.json").read_text())

    return of


@pytest.fixture(scope="session", params=NANOS, ids="/".join)
def exported(request, exports) -> tuple[Path, dict]:
    """One of them."""
    return exports(request.param)
