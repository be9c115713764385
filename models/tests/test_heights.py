"""Height above ground: LiDAR ground of real scenes, the generator's true heights, made-up hills."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio

from nadir_models.heights import height_above_ground
from nadir_models.scenes.classes import TREE
from nadir_models.scenes.scene import generate_scene

ROOT = os.environ.get("NADIR_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data"
SCENES = Path(ROOT) / "scenes"


@pytest.mark.skipif(not SCENES.exists(), reason=f"no {SCENES} (set NADIR_TEST_DATA)")
@pytest.mark.parametrize("name", ["burgundy", "poitou"])
def test_heights_of_real_scenes_are_those_above_lidar_ground(name: str) -> None:
    with rasterio.open(SCENES / name / "dsm.tif") as model:
        dsm, valid = model.read(1), model.read(1) != model.nodata
        pixel_size_metres = model.res[0]
    with rasterio.open(SCENES / name / "ndsm.tif") as truth:
        above = truth.read(1)
        known = valid & (above != truth.nodata)
    error = np.abs(height_above_ground(dsm, valid, pixel_size_metres) - above)[known]
    assert np.median(error) <= 0.05
    assert np.percentile(error, 95) <= 0.3


def test_heights_of_made_scenes_are_true_outside_crowns() -> None:
    errors = []
    for seed in (900002, 900005, 900008):
        scene = generate_scene(seed, 512, gsd=0.2)
        above = height_above_ground(scene.surface, np.ones(scene.surface.shape, bool), scene.gsd)
        errors.append(np.abs(above - scene.ndsm)[scene.labels != TREE])
    for error in errors:
        assert np.median(error) <= 0.3
        assert np.percentile(error, 95) <= 1


def test_measured_heights_are_close_to_true_ones() -> None:
    """With the sensor's own faults (rounded edges, spikes, an unknown datum) in them."""
    scene = generate_scene(900006, 512, gsd=0.2)
    above = height_above_ground(scene.dsm, np.ones(scene.dsm.shape, bool), scene.gsd)
    error = np.abs(above - scene.ndsm)[scene.labels != TREE]
    assert np.median(error) <= 0.3
    assert np.percentile(error, 95) <= 1


def test_missing_heights_stay_missing_and_do_not_disturb() -> None:
    rows, columns = np.mgrid[:120, :140]
    dsm = 50 + 0.3 * columns + 0.1 * rows
    dsm[40:60, 30:60] += 7
    valid = np.ones(dsm.shape, bool)
    valid[70:100, 50:90] = False
    above = height_above_ground(np.where(valid, dsm, -9999), valid, 0.8)
    assert np.array_equal(np.isnan(above), ~valid)
    assert np.abs(above[40:60, 30:60] - 7).max() < 0.5
    elsewhere = valid.copy()
    elsewhere[40:60, 30:60] = False
    assert np.abs(above[elsewhere]).max() < 0.2


def test_nothing_to_go_by_is_refused() -> None:
    with pytest.raises(ValueError, match="valid pixel"):
        height_above_ground(np.zeros((4, 4)), np.zeros((4, 4), bool), 1.0)
    with pytest.raises(ValueError, match="pixel of 0"):
        height_above_ground(np.zeros((4, 4)), np.ones((4, 4), bool), 0)
