"""The generator: the same seed gives the same scene, and what it draws is physically consistent."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy import ndimage

from nadir_models.__main__ import main
from nadir_models.scenes import PALETTE, erode_boundaries, generate_scene
from nadir_models.scenes.buildings import Building, roof_height
from nadir_models.scenes.classes import BUILDING, CAR, IMPERVIOUS, LOW_VEGETATION, TREE
from nadir_models.scenes.land_use import STYLES
from nadir_models.scenes.lean import fray, lean
from nadir_models.scenes.light import Sun, cast_shadow
from nadir_models.scenes.surface_model import _as_laser

SAMPLE = Path(__file__).parents[2] / "public" / "sample"


@pytest.fixture(scope="module")
def suburb():
    return generate_scene(20, 512, 0.2, "suburb")


@pytest.fixture(scope="module")
def bare_suburb():
    return generate_scene(20, 512, 0.2, "suburb", bare=True)


def test_a_seed_gives_the_same_scene_and_another_seed_another(suburb):
    again = generate_scene(20, 512, 0.2, "suburb")
    other = generate_scene(21, 512, 0.2, "suburb")
    for field in ("image", "dsm", "surface", "labels"):
        assert np.array_equal(getattr(suburb, field), getattr(again, field))
        assert not np.array_equal(getattr(suburb, field), getattr(other, field))


def test_heights_agree_with_classes(bare_suburb):
    labels, height = bare_suburb.labels, bare_suburb.ndsm
    assert np.median(height[labels == BUILDING]) > 2.5
    assert np.median(height[labels == TREE]) > 1.5
    assert 0.5 < np.median(height[labels == CAR]) < 3
    assert (height[labels == IMPERVIOUS] == 0).all()
    assert np.quantile(height[labels == LOW_VEGETATION], 0.9) < 1.5
    assert np.abs(np.median(bare_suburb.dsm - bare_suburb.surface)) < 3


def test_what_stands_about_is_where_it_may_stand(suburb, bare_suburb):
    """It stands on open ground; houses, cars and the ground stay what they were."""
    roofs = bare_suburb.labels == BUILDING
    there = (suburb.ndsm != bare_suburb.ndsm) & ~roofs
    assert 0.01 < there.mean() < 0.2
    rise = (suburb.ndsm - bare_suburb.ndsm)[roofs]
    assert rise.min() >= 0 and rise.max() < 4
    assert (bare_suburb.ndsm[there] < 3).all()
    assert (suburb.ndsm[there] <= 4.5).all()
    kept = np.isin(bare_suburb.labels, (BUILDING, CAR))
    assert np.array_equal(suburb.labels[kept], bare_suburb.labels[kept])
    terrain = suburb.surface - suburb.ndsm
    assert np.allclose(terrain, bare_suburb.surface - bare_suburb.ndsm, atol=1e-3)
    low = there & (suburb.ndsm > 0.6) & (suburb.ndsm < 2)
    # A car's height, and no car: what was missing.
    assert (suburb.labels[low] != CAR).mean() > 0.7


def test_laser_pulses_fall_through_crowns_and_never_below_the_ground():
    """Tall crowns stand beside open ground, so that a jittered pulse often comes from the other."""
    surface = np.zeros((80, 80), np.float32)
    surface[:, ::2] = 20
    found = [
        _as_laser(np.random.default_rng(seed), surface, surface, 0.2).min() for seed in range(8)
    ]
    assert min(found) > -0.5  # the sensor's noise
    assert min(found) < 0.1


def test_only_the_edges_of_high_things_fray():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (80, 80, 4)).astype(np.uint8)
    height = np.zeros((80, 80), np.float32)
    height[20:60, 20:60] = 9
    frayed = fray(image, height, 2.0, rng)
    changed = (frayed != image).any(2)
    edge = np.abs(np.maximum(*np.abs(np.indices((80, 80)) - 39.5)) - 20) < 6
    assert changed[edge].mean() > 0.5
    assert not changed[:8].any() and not changed[36:44, 36:44].any()


def test_high_things_lean_by_their_height():
    image = np.zeros((20, 20, 1), np.uint8)
    height = np.zeros((20, 20), np.float32)
    image[5, 5], height[5, 5] = 9, 4.0
    image[5, 9], height[5, 9] = 7, 8.0
    lean(image, height, (1.0, -0.5))
    assert image[9, 3] == 9
    assert image[13, 5] == 7


def test_vegetation_is_bright_in_the_near_infrared(suburb):
    infrared = suburb.image[..., 3].astype(float)
    red = suburb.image[..., 0].astype(float)
    index = (infrared - red) / (infrared + red + 1)
    grown = np.isin(suburb.labels, (LOW_VEGETATION, TREE))
    assert np.median(index[grown]) > np.median(index[~grown]) + 0.1


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_draws(style):
    scene = generate_scene(3, 256, 0.3, style)
    assert scene.style == style
    assert len(np.unique(scene.labels)) >= 2
    assert scene.image.std() > 5
    assert np.isfinite(scene.dsm).all()


def test_most_scenes_hold_most_classes():
    seen = [len(np.unique(generate_scene(seed, 384, 0.25).labels)) for seed in range(8)]
    assert np.mean(seen) > 4


def test_gsd_is_drawn_between_5_and_50_cm():
    drawn = [generate_scene(seed, 64).gsd for seed in range(12)]
    assert min(drawn) >= 0.05
    assert max(drawn) <= 0.5
    assert len(set(drawn)) == 12


@pytest.mark.parametrize("azimuth", np.linspace(0.1, 6.2, 9))
def test_shadow_of_a_tower_equals_a_ray_march(azimuth):
    gsd, elevation = 0.5, np.radians(40)
    surface = np.zeros((120, 120), np.float32)
    surface[50:60, 55:63] = 12
    shadow = cast_shadow(surface, gsd, Sun(azimuth, elevation, 0.3))
    expected = np.zeros_like(shadow)
    row, column = np.mgrid[:120, :120]
    for step in np.arange(0.25, 60, 0.25):
        r = np.rint(row + step * np.sin(azimuth)).astype(int)
        c = np.rint(column + step * np.cos(azimuth)).astype(int)
        inside = (r >= 0) & (r < 120) & (c >= 0) & (c < 120)
        ray = surface + step * gsd * np.tan(elevation)
        seen = surface[np.clip(r, 0, 119), np.clip(c, 0, 119)]
        expected |= inside & (seen > ray + 0.05)
    assert expected.sum() > 100
    # Rays are exact to half a pixel: whatever one has and the other has not, touches the other,
    # save where the march itself steps over a corner.
    near = np.ones((3, 3), bool)
    stray = (shadow & ~ndimage.binary_dilation(expected, near)).sum()
    lost = (expected & ~ndimage.binary_dilation(shadow, near)).sum()
    assert stray + lost <= 3
    assert (shadow & expected).sum() / (shadow | expected).sum() > 0.88


def test_roof_shapes_at_known_points():
    def at(kind, along, across):
        building = Building(0, 0, 0, 10, 8, 5, kind, pitch=0.5)
        return float(roof_height(building, np.float32([along]), np.float32([across]))[0])

    assert at("gable", 0, 0) == pytest.approx(7)
    assert at("gable", 4.9, 0) == pytest.approx(7)
    assert at("hip", 4, 0) == pytest.approx(5.5)
    assert at("hip", 0, 3) == pytest.approx(5.5)
    assert at("flat", 0, 0) == pytest.approx(5)


def test_eroded_boundaries_are_a_disc_of_three_pixels():
    labels = np.zeros((21, 21), np.uint8)
    labels[:, 10:] = 3
    eroded = erode_boundaries(labels, 3)
    assert (eroded[10, 7:13] == 6).all()
    assert (eroded[:, :7] == 0).all()
    assert (eroded[:, 13:] == 3).all()


def test_sample_can_be_made_again(tmp_path):
    assert main(["scenes", "--sample", str(tmp_path)]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["dsm_nadir_01_01.tif", "top_nadir_1_1_RGB.tif", "top_nadir_1_1_label.tif"]
    for name in names:
        with rasterio.open(tmp_path / name) as made, rasterio.open(SAMPLE / name) as shipped:
            assert made.profile == shipped.profile
            a, b = made.read().astype(float), shipped.read().astype(float)
            assert np.abs(a - b).max() <= (0.011 if "dsm" in name else 1), name
            assert (a != b).mean() < 1e-3, name


def test_sample_is_what_the_studio_promises():
    with rasterio.open(SAMPLE / "top_nadir_1_1_RGB.tif") as optical:
        assert (optical.width, optical.height, optical.count) == (1024, 1024, 3)
        assert optical.dtypes == ("uint8",) * 3
        assert optical.res == pytest.approx((0.1, 0.1))
        assert optical.crs.to_epsg() == 25832
        assert optical.profile["tiled"]
        ground = optical.bounds
    with rasterio.open(SAMPLE / "dsm_nadir_01_01.tif") as dsm:
        heights = dsm.read(1)
        assert dsm.dtypes == ("float32",)
        assert dsm.res == pytest.approx((0.25, 0.25))
        assert dsm.nodata == -9999
        assert 10 < (heights == -9999).sum() < 3000
        assert dsm.bounds.left < ground.left
        assert dsm.bounds.right > ground.right
        offset = (ground.left - dsm.bounds.left) / 0.25
        assert abs(offset - round(offset)) > 0.05
    with rasterio.open(SAMPLE / "top_nadir_1_1_label.tif") as label:
        colours = np.unique(label.read().reshape(3, -1).T, axis=0)
        assert label.bounds == ground
    assert {tuple(c) for c in colours.tolist()} == {tuple(c) for c in PALETTE[:6].tolist()}
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 4_000_000


def test_scenes_command_writes_isprs_like_files(tmp_path):
    assert main(["scenes", "--out", str(tmp_path), "--seed", "7", "--size", "128",
                 "--bands", "RGBIR", "--gsd", "0.3"]) == 0  # fmt: skip
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "top_nadir_1_7_RGBIR.tif",
        "dsm_nadir_01_07.tif",
        "top_nadir_1_7_label.tif",
        "top_nadir_1_7_label_noBoundary.tif",
    }
    with rasterio.open(tmp_path / "top_nadir_1_7_RGBIR.tif") as raster:
        seen = [interpretation.name for interpretation in raster.colorinterp]
        assert seen == ["red", "green", "blue", "undefined"]
        assert raster.dtypes == ("uint8",) * 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenes"], "--out"),
        (["scenes", "--out", "x", "--size", "8"], "64"),
        (["scenes", "--out", "x", "--gsd", "9"], "metres"),
    ],
)
def test_bad_settings_are_said(arguments, words, capsys):
    assert main(arguments) == 1
    assert words in capsys.readouterr().err
