"""Cities of tiles: layout, halos, the mosaic, and the whole job with a worker killed."""

import argparse
import csv
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.windows import Window
from scipy import ndimage
from sklearn.metrics import confusion_matrix

from nadir_models.batch.city import ENGINE, PROJECT, plan_jobs, run_on_ray
from nadir_models.batch.halo import covering_rect, cut, padded_rect
from nadir_models.batch.mosaic import write_vrt
from nadir_models.batch.segment_tile import is_finished, segment_tile
from nadir_models.batch.tiles import Rect, lay_out, read_tiles, value_range
from nadir_models.errors import NadirError
from nadir_models.scenes import CLASS_NAMES, PALETTE, generate_scene
from nadir_models.scenes.write_scene import write_scene

NANO = PROJECT / "models" / "zoo" / "emsnet-nano.nadir.json"
ORIGIN = (500000.0, 5600000.0)
PIXEL = 0.2


def write_raster(path, pixels, *, col=0, row=0, pixel=PIXEL, crs="EPSG:25832", nodata=None):
    """A GeoTIFF of `pixels` (bands, height, width) at a place on the city's grid."""
    transform = Affine(pixel, 0, ORIGIN[0] + col * pixel, 0, -pixel, ORIGIN[1] - row * pixel)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=pixels.shape[0],
        height=pixels.shape[1],
        width=pixels.shape[2],
        dtype=pixels.dtype,
        crs=crs,
        transform=transform,
        nodata=nodata,
    ) as raster:
        raster.write(pixels)
    return path


def split(pixels, folder, name, tile=(40, 50), pixel=PIXEL, nodata=None):
    """Cut an array into tiles of `tile` (height, width); the last row and column may be smaller."""
    paths = []
    _, height, width = pixels.shape
    for row in range(0, height, tile[0]):
        for col in range(0, width, tile[1]):
            part = pixels[:, row : row + tile[0], col : col + tile[1]]
            path = folder / f"{name}_{row}_{col}.tif"
            paths.append(write_raster(path, part, col=col, row=row, pixel=pixel, nodata=nodata))
    return paths


@pytest.fixture
def city(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 255, (3, 110, 130), dtype=np.uint8)
    return pixels, lay_out(split(pixels, tmp_path, "city"))


class TestTiles:
    def test_places_are_counted_from_the_citys_corner(self, city):
        _, layer = city
        assert layer.extent == Rect(0, 0, 130, 110)
        assert Rect(50, 40, 50, 40) in layer.rects
        assert layer.transform @ (0, 0) == ORIGIN

    def test_a_tile_off_the_grid_is_refused_by_name(self, tmp_path):
        pixels = np.zeros((1, 8, 8), np.uint8)
        paths = [
            write_raster(tmp_path / "a.tif", pixels),
            write_raster(tmp_path / "b.tif", pixels, col=8.4),
        ]
        with pytest.raises(NadirError, match=r"b\.tif lies 0\.40, 0\.00 px off"):
            lay_out(paths)

    @pytest.mark.parametrize("change", [{"crs": "EPSG:25833"}, {"pixel": 0.25}])
    def test_tiles_of_another_crs_or_pixel_size_are_refused(self, tmp_path, change):
        pixels = np.zeros((1, 8, 8), np.uint8)
        write_raster(tmp_path / "a.tif", pixels)
        write_raster(tmp_path / "b.tif", pixels, col=8, **change)
        with pytest.raises(NadirError, match=r"b\.tif"):
            lay_out([tmp_path / "a.tif", tmp_path / "b.tif"])

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("image\na.tif\n", "the column 'optical' is needed"),
            ("optical\n", "lists no tiles"),
            ("optical\nmissing.tif\n", "line 2: optical file missing.tif"),
            ("optical,dsm\n,a.tif\n", "line 2: the optical file is missing"),
            ("optical\na.tif\na.tif\n", "names a more than once"),
        ],
    )
    def test_a_faulty_list_is_refused_by_line(self, tmp_path, text, message):
        write_raster(tmp_path / "a.tif", np.zeros((1, 4, 4), np.uint8))
        (tmp_path / "tiles.csv").write_text(text)
        with pytest.raises(NadirError, match=message):
            read_tiles(tmp_path / "tiles.csv")

    def test_the_range_leaves_nodata_and_nan_out(self, tmp_path):
        heights = np.array([[[3.0, -9999.0], [np.nan, 7.5]]], np.float32)
        path = write_raster(tmp_path / "dsm.tif", heights, nodata=-9999)
        assert value_range([path]) == (3.0, 7.5)


class TestHalo:
    @pytest.mark.parametrize("stride", [16, 24, 32])
    def test_windows_that_touch_a_tile_are_those_of_the_whole_city(self, stride):
        """Against the definition: starts at k · stride, the last one flush with the edge."""

        def starts(length):
            regular = list(range(0, max(1, length - 32 + stride), stride))
            return sorted({min(start, length - 32) for start in regular})

        extent = Rect(0, 0, 1000, 1)
        for col in range(0, 1000, 90):
            tile = Rect(col, 0, min(90, 1000 - col), 1)
            padded = padded_rect(tile, extent, 32, stride)
            touching = [s for s in starts(1000) if s < col + tile.width and s + 32 > col]
            own = [padded.col + s for s in starts(padded.width)]
            # One window more on either side decides the ramps of those that touch.
            before = [s for s in starts(1000) if s + 32 <= col][-1:]
            after = [s for s in starts(1000) if s >= col + tile.width][:1]
            assert set(before + touching + after) <= set(own)
            assert [s for s in own if s < col + tile.width and s + 32 > col] == touching

    def test_a_cut_across_tiles_holds_the_citys_pixels(self, city, tmp_path):
        pixels, layer = city
        rect = Rect(33, 21, 77, 66)
        cut(layer, rect, layer.paths[4], tmp_path / "cut.tif")
        with rasterio.open(tmp_path / "cut.tif") as raster:
            assert np.array_equal(raster.read(), pixels[:, 21:87, 33:110])
            assert raster.transform @ (0, 0) == layer.transform @ (33, 21)

    def test_a_coarser_layer_is_covered_with_a_margin(self, city, tmp_path):
        _, layer = city
        heights = np.zeros((1, 60, 60), np.float32)
        coarse = lay_out([write_raster(tmp_path / "dsm.tif", heights, pixel=0.5)])
        assert covering_rect(Rect(50, 40, 20, 10), layer, coarse) == Rect(18, 14, 12, 8)
        assert covering_rect(Rect(125, 0, 5, 5), layer, coarse) == Rect(48, 0, 6, 4)


def test_the_mosaic_reads_as_one_raster(tmp_path):
    mask = np.random.default_rng(2).integers(0, 6, (1, 90, 110), dtype=np.uint8)
    paths = split(mask, tmp_path, "mask", nodata=255)
    colours = {0: (255, 255, 255, 255), 1: (0, 0, 255, 255)}
    for path in paths:
        with rasterio.open(path, "r+") as raster:
            raster.write_colormap(1, colours)
    write_vrt(lay_out(paths), tmp_path / "mosaic.vrt")
    with rasterio.open(tmp_path / "mosaic.vrt") as mosaic:
        assert np.array_equal(mosaic.read(), mask)
        assert mosaic.nodata == 255
        assert mosaic.crs.to_epsg() == 25832
        assert mosaic.colormap(1)[1] == (0, 0, 255, 255)


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(
        NadirError, match=r"Ray, which is not installed: pip install 'nadir-models\[batch\]'"
    ):
        run_on_ray([], argparse.Namespace())


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """One synthetic scene as a whole and as twelve tiles with heights and truth."""
    folder = tmp_path_factory.mktemp("city")
    made = generate_scene(5, 480, 0.2)
    (folder / "whole").mkdir()
    write_scene(made, folder / "whole", "RGB")
    return folder


@pytest.mark.skipif(shutil.which("node") is None, reason="the engine needs Node")
@pytest.mark.skipif(not (PROJECT / "node_modules").is_dir(), reason="npm packages are missing")
class TestWholeJob:
    def test_twelve_tiles_with_a_worker_killed_equal_one_run(self, scene, tmp_path):
        whole, tiles = whole_files(scene), tmp_path / "tiles"
        model = of_the_whole_range(tmp_path / "model")
        single = single_run(whole, model, tmp_path)
        rows = write_tiles(whole, tiles)
        assert len(rows) == 12
        out = tmp_path / "out"
        command = [
            "-m", "nadir_models", "batch", str(tiles / "tiles.csv"), "--model", str(model),
            "--out", str(out), "--workers", "2", "--engine", f"{killer(tmp_path)} {ENGINE}",
        ]  # fmt: skip
        python = str(PROJECT / "models" / ".venv" / "bin" / "python")
        finished = subprocess.run([python, *command], capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr[-3000:]
        assert (tmp_path / "killed").exists()
        with rasterio.open(single) as expected, rasterio.open(out / "mosaic.vrt") as mosaic:
            assert np.array_equal(expected.read(), mosaic.read())
        report = json.loads((out / "report.json").read_text())
        pairs = [(out / "tiles" / f"{row['name']}.tif", tiles / row["truth"]) for row in rows]
        names = [entry["name"] for entry in report["classes"]]
        for part, eroded in (("withBoundary", False), ("noBoundary", True)):
            expected = judged(pairs, names, eroded)
            found = report[part]
            assert np.array_equal(found["confusion"], expected), part
            assert found["allClasses"]["overallAccuracy"] == pytest.approx(
                np.trace(expected) / expected.sum(), abs=1e-9
            )

        again = subprocess.run([python, *command], capture_output=True, text=True, check=False)
        assert again.returncode == 0
        assert "12 finished before" in again.stderr

    def test_heights_above_the_ground_are_found_in_the_whole_city(self, scene, tmp_path):
        whole, tiles = whole_files(scene), tmp_path / "tiles"
        write_tiles(whole, tiles)
        args = argparse.Namespace(
            model=NANO, out=tmp_path / "out", stride=None, blend=None, backend="cpu"
        )
        engine, manifest = tuple(ENGINE.split()), json.loads(NANO.read_text())
        jobs = plan_jobs(args, read_tiles(tiles / "tiles.csv"), engine, manifest)
        again = plan_jobs(args, read_tiles(tiles / "tiles.csv"), tuple("no engine"), manifest)
        assert again[0].heights == jobs[0].heights
        with rasterio.open(single_run(whole, NANO, tmp_path)) as expected:
            for job in (jobs[0], jobs[5]):
                segment_tile(job, 1)
                rect = job.rect
                window = Window(rect.col, rect.row, rect.width, rect.height)
                with rasterio.open(job.mask) as mask:
                    assert np.array_equal(mask.read(1), expected.read(1, window=window))
        # Heights found anew, from another tile's DSM say, are another mask.
        assert is_finished(jobs[0])
        with (args.out / "heights" / "heights.tif").open("ab") as heights:
            heights.write(b" ")
        assert not is_finished(jobs[0])


def of_the_whole_range(folder):
    """The shipped nano as if it read heights from the lowest to the highest of the raster."""
    folder.mkdir()
    for path in NANO.parent.glob(f"{NANO.name.split('.')[0]}.*"):
        shutil.copy(path, folder)
    manifest = json.loads(NANO.read_text())
    heights = manifest["inputs"][1]
    heights |= {"kind": "dsm", "scale": {"kind": "min-max", "scope": "raster"}, "nodataFill": 0}
    for key in ("optional", "absent"):
        heights.pop(key, None)
    (folder / NANO.name).write_text(json.dumps(manifest))
    return folder / NANO.name


def whole_files(scene):
    patterns = {"optical": "*RGB.tif", "dsm": "dsm_*.tif", "truth": "*label.tif"}
    return {role: next((scene / "whole").rglob(pattern)) for role, pattern in patterns.items()}


def single_run(whole, model, folder):
    out = folder / "single.tif"
    run_engine(ENGINE.split(), "segment", "--optical", whole["optical"], "--dsm", whole["dsm"],
               "--model", model, "--scale", "image", "--out", out)  # fmt: skip
    return out


def write_tiles(whole, folder):
    folder.mkdir()
    rows = cut_into_tiles(whole, folder)
    with (folder / "tiles.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["name", "optical", "dsm", "truth"])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def judged(pairs, names, eroded):
    """scikit-learn's confusion matrix of all tiles together, classes in the order of `names`.

    eroded: without truth within a disc of three pixels of another class of the same tile.
    """
    classes = json.loads(NANO.read_text())["classes"]
    of_id = np.full(256, 255)
    of_id[[entry["id"] for entry in classes]] = [names.index(entry["name"]) for entry in classes]
    axis = np.arange(-3, 4)
    disc = axis[:, None] ** 2 + axis[None, :] ** 2 <= 9
    seen, true = [], []
    for mask, truth in pairs:
        with rasterio.open(mask) as raster:
            predicted = of_id[raster.read(1)]
        with rasterio.open(truth) as raster:
            colours = raster.read().transpose(1, 2, 0)
        ids = (colours[..., None, :] == PALETTE[:6]).all(-1).argmax(-1)
        labels = np.array([names.index(name) for name in CLASS_NAMES])[ids]
        kept = np.ones(labels.shape, bool)
        if eroded:
            kept = np.any(
                [ndimage.binary_erosion(labels == c, disc, border_value=1) for c in range(6)],
                axis=0,
            )
        seen.append(predicted[kept])
        true.append(labels[kept])
    return confusion_matrix(np.concatenate(true), np.concatenate(seen), labels=range(6))


def run_engine(engine, *arguments):
    finished = subprocess.run(
        [*engine, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    return finished.stdout


def killer(folder: Path) -> Path:
    """A stand-in for the engine that kills the worker of the first tile, then steps aside."""
    script = folder / "killer.sh"
    script.write_text(
        "#!/bin/sh\n"
        'case "$*" in *" segment "*)\n'
        f'if mkdir "{folder}/killed" 2>/dev/null; then kill -9 $PPID; exit 1; fi;;\n'
        "esac\n"
        'exec "$@"\n'
    )
    os.chmod(script, script.stat().st_mode | stat.S_IXUSR)
    return script


def cut_into_tiles(whole, folder):
    """Three rows of four tiles; heights cut on their own grid, truth on the orthophoto's."""
    rows = []
    with rasterio.open(whole["optical"]) as optical:
        width, height = optical.width, optical.height
    for line in range(3):
        for place in range(4):
            name = f"{line}_{place}"
            rect = Rect(width * place // 4, height * line // 3, width // 4, height // 3)
            row = {"name": name}
            for role, path in whole.items():
                layer = lay_out([path])
                target = rect
                if role == "dsm":
                    bounds = lay_out([whole["optical"]])
                    target = covering_rect(rect, bounds, layer, margin_px=0)
                out = folder / f"{role}_{name}.tif"
                cut(layer, target, path, out)
                row[role] = out.name
            rows.append(row)
    return rows
