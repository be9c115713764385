"""Judges a handed-over folder: every figure of its tables against scikit-learn on its own rasters.

    python hand_over_judge.py HANDED LABELS

GDAL opens each raster and mosaic, pandas the CSV files. Prints how much was compared; what differs ends it.
"""

import json
import re
import sys
import warnings
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import rasterio
from scipy import ndimage
from sklearn import metrics

warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)

HANDED, LABELS = map(Path, sys.argv[1:])
COLOURS = {
    "impervious surface": (255, 255, 255),
    "building": (0, 0, 255),
    "low vegetation": (0, 255, 255),
    "tree": (0, 255, 0),
    "car": (255, 255, 0),
    "clutter": (255, 0, 0),
}
NAMES = [*COLOURS]
SCORED = range(5)
MISSING = 255
KEYS = ["model", "boundary"]
compared = {"figures": 0, "rasters": 0, "mosaics": 0}


def check(found: object, wanted: float | None, digits: int | None = None) -> None:
    """@param digits Of a figure that is printed; the CSV files hold everything."""
    compared["figures"] += 1
    if wanted is None or found is None or found in ("", "–", "--"):
        assert wanted is None and (found in ("", "–", "--") or found != found), (found, wanted)
        return
    margin = 1e-12 * max(1, abs(wanted)) if digits is None else 0.5001 * 10**-digits
    assert abs(float(found) - wanted) <= margin, (found, wanted)


def tile_key(name: str) -> str:
    """ "2_13" of "potsdam 2 13 RGB", "7" of "area7"."""
    potsdam = re.search(r"potsdam\D0*(\d+)\D0*(\d+)", name)
    return "_".join(potsdam.groups()) if potsdam else re.search(r"area\D?0*(\d+)", name)[1]


@cache
def truth_of(tile: str) -> np.ndarray:
    [path] = [path for path in LABELS.rglob("*.tif") if tile_key(path.name) == tile]
    with rasterio.open(path) as file:
        colours = file.read()
    truth = np.full(colours.shape[1:], MISSING, np.uint8)
    for index, colour in enumerate(COLOURS.values()):
        truth[(colours == np.array(colour)[:, None, None]).all(axis=0)] = index
    return truth


@cache
def eroded_truth_of(tile: str, radius_px: float) -> np.ndarray:
    truth = truth_of(tile)
    kept = np.zeros(truth.shape, bool)
    for index in range(len(NAMES)):
        inside = truth == index
        kept |= inside if inside.all() else ndimage.distance_transform_edt(inside) > radius_px
    return np.where(kept, truth, MISSING)


def mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


class Scores:
    """Of scikit-learn. Classes that are in neither have no score."""

    def __init__(self, pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
        truth, found = (np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True))
        kept = (truth != MISSING) & (found != MISSING)
        self.missing_px = int(((truth != MISSING) & (found == MISSING)).sum())
        self.ignored_px = int((truth == MISSING).sum())
        truth, found = truth[kept], found[kept]
        labels = list(range(len(NAMES)))
        self.pixels = int(kept.sum())
        self.confusion = metrics.confusion_matrix(truth, found, labels=labels)
        options = {"labels": labels, "average": None, "zero_division": np.nan}
        self.support, self.predicted = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        absent = (self.support + self.predicted) == 0
        rows = {
            "iou": metrics.jaccard_score(truth, found, labels=labels, average=None, zero_division=0),
            "f1": metrics.f1_score(truth, found, **options),
            "precision": metrics.precision_score(truth, found, **options),
            "recall": metrics.recall_score(truth, found, **options),
        }
        self.by_class = {
            name: [None if gone or value != value else float(value) for value, gone in zip(row, absent, strict=True)]
            for name, row in rows.items()
        }
        self.accuracy = metrics.accuracy_score(truth, found)
        self.kappa = metrics.cohen_kappa_score(truth, found)

    def mean(self, measure: str, scored: bool) -> float | None:
        return mean([self.by_class[measure][index] for index in (SCORED if scored else range(len(NAMES)))])


def read_maps() -> dict[str, dict[str, np.ndarray]]:
    """By model and tile, as indices of NAMES; each mosaic is held against its tiles."""
    maps = {}
    for mosaic_path in sorted(HANDED.glob("maps/*/*.vrt")):
        names = [entry.text for entry in ElementTree.parse(mosaic_path).iter("Category")]
        lookup = np.full(256, MISSING, np.uint8)
        for value, name in enumerate(names):
            lookup[value] = NAMES.index(name)
        with rasterio.open(mosaic_path) as mosaic:
            whole = mosaic.read(1)
            for path in sorted(mosaic_path.parent.glob("*.tif")):
                with rasterio.open(path) as file:
                    values = file.read(1)
                    window = rasterio.windows.from_bounds(*file.bounds, mosaic.transform).round_offsets().round_lengths()
                    assert file.crs == mosaic.crs and file.res == mosaic.res, path
                assert np.array_equal(whole[window.toslices()], values), path
                compared["rasters"] += 1
                maps.setdefault(mosaic_path.stem, {})[tile_key(path.name)] = lookup[values]
        compared["mosaics"] += 1
    return maps


def score(maps: dict[str, np.ndarray], tiles: list[str], boundary: str, radius_px: float) -> Scores:
    truth = truth_of if boundary == "with" else lambda tile: eroded_truth_of(tile, radius_px)
    return Scores([(truth(tile), maps[tile]) for tile in tiles])


def check_totals(row: pd.Series, of: Scores) -> None:
    for measure in ("iou", "f1"):
        check(row[f"mean_{measure}_scored_classes"], of.mean(measure, scored=True))
        check(row[f"mean_{measure}_all_classes"], of.mean(measure, scored=False))
    check(row["overall_accuracy"], of.accuracy)
    check(row["kappa"], of.kappa)
    check(row["scored_px"], of.pixels)
    check(row["ignored_truth_px"], of.ignored_px)
    check(row["missing_prediction_px"], of.missing_px)


def read_csv(name: str) -> pd.DataFrame:
    table = pd.read_csv(HANDED / "scores" / f"{name}.csv")
    texts = {"model", "boundary", "tile", "class", "scope", "truth_class", "predicted_class"}
    for column in table.columns.difference(list(texts)):
        assert pd.api.types.is_numeric_dtype(table[column]), (name, column, table[column].dtype)
    return table


def unescape(cell: str) -> str:
    plain = re.sub(r"\\textbf\{(.*)\}", r"\1", cell.strip())
    return plain.replace("$\\pm$", "±").replace("\\_", "_")


def check_latex(by_model: dict[tuple[str, str], Scores], spreads: dict) -> None:
    text = (HANDED / "scores" / "scores.tex").read_text("utf8")
    tables = re.findall(r"\\toprule\n(.*?)\\bottomrule", text, re.S)
    wanted = [(boundary, measure) for boundary in ("with", "without") for measure in ("iou", "f1")]
    assert len(tables) == len(wanted)
    for table, (boundary, measure) in zip(tables, wanted, strict=True):
        head, *rows = [
            [unescape(cell) for cell in line.removesuffix("\\\\").split("&")]
            for line in table.replace("\\midrule", "").splitlines()
            if line.strip()
        ]
        cells = re.findall(r"\\textbf", table)
        assert cells, "nothing is bold"
        for model, *values in rows:
            of = by_model[model, boundary]
            figures = dict(zip(head[1:], values, strict=True))
            spread = figures.pop("mIoU by tile", None)
            if spread is not None:
                for found, exact in zip(spread.split(" ± "), spreads[model, boundary], strict=True):
                    check(found, 100 * exact, 2)
            check(figures.pop("OA"), 100 * of.accuracy, 2)
            check(figures.pop("kappa"), 100 * of.kappa, 2)
            check(figures.pop({"iou": "mIoU", "f1": "mF1"}[measure]), 100 * of.mean(measure, scored=True), 2)
            for name, found in figures.items():
                exact = of.by_class[measure][NAMES.index(name)]
                check(found, None if exact is None else 100 * exact, 2)


def check_document(by_model: dict[tuple[str, str], Scores], by_tile: dict) -> None:
    """The pooled tables of report.html and its table tile by tile."""
    html = (HANDED / "report.html").read_text("utf8")
    tables = [
        [
            [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", table)
        ]
        for table in re.findall(r"<table>(.*?)</table>", html, re.S)
    ]
    pooled = [table for table in tables if table[0][0] == "IoU, %"]
    assert len(pooled) == 2
    for (head, *rows), boundary in zip(pooled, ("with", "without"), strict=True):
        for model, *values in rows:
            of = by_model[model, boundary]
            figures = dict(zip(head[1:], values, strict=True))
            check(figures.pop("mIoU"), 100 * of.mean("iou", scored=True), 1)
            check(figures.pop("mF1"), 100 * of.mean("f1", scored=True), 1)
            check(figures.pop("OA"), 100 * of.accuracy, 1)
            check(figures.pop("kappa"), of.kappa, 3)
            for name, found in figures.items():
                exact = of.by_class["iou"][NAMES.index(name)]
                check(found, None if exact is None else 100 * exact, 1)
    [(head, *rows)] = [table for table in tables if table[0][0] == "mIoU, %"]
    for tile, *values in rows:
        for model, found in zip(head[1:], values, strict=True):
            check(found, 100 * by_tile[model, "with", tile_key(tile)].mean("iou", scored=True), 1)


def main() -> None:
    maps = read_maps()
    folders = {model.lower().replace(" ", "-"): model for model in read_csv("pooled")["model"]}
    by_name = {folders[folder]: tiles for folder, tiles in maps.items()}

    by_model, by_tile, spreads = {}, {}, {}
    for _, row in read_csv("tiles").iterrows():
        key = row["model"], row["boundary"], tile_key(row["tile"])
        by_tile[key] = score(by_name[key[0]], [key[2]], key[1], row["boundary_px"])
        check_totals(row, by_tile[key])
    for _, row in read_csv("pooled").iterrows():
        key = row["model"], row["boundary"]
        tiles = [tile for model, boundary, tile in by_tile if (model, boundary) == key]
        assert sorted(tiles) == sorted(by_name[key[0]]) and row["tiles"] == len(tiles)
        by_model[key] = score(by_name[key[0]], tiles, key[1], row["boundary_px"])
        check_totals(row, by_model[key])
        values = [by_tile[*key, tile].mean("iou", scored=True) for tile in tiles]
        spreads[key] = np.mean(values), np.std(values, ddof=1)
        check(row["tiles_mean_iou_mean"], spreads[key][0])
        check(row["tiles_mean_iou_standard_deviation"], spreads[key][1])
    for _, row in read_csv("classes").iterrows():
        of, index = by_model[row["model"], row["boundary"]], NAMES.index(row["class"])
        for measure in ("iou", "f1", "precision", "recall"):
            check(row[measure], of.by_class[measure][index])
        check(row["truth_px"], of.support[index])
        check(row["predicted_px"], of.predicted[index])
        assert row["scored"] == (index in SCORED)
    for _, row in read_csv("confusion").iterrows():
        key = row["model"], row["boundary"]
        of = by_model[key] if row["scope"] == "pooled" else by_tile[*key, tile_key(row["tile"])]
        check(row["pixels"], of.confusion[NAMES.index(row["truth_class"]), NAMES.index(row["predicted_class"])])
    check_latex(by_model, spreads)
    check_document(by_model, by_tile)
    print(json.dumps(compared | {"models": len(by_name), "tiles": len(next(iter(by_name.values())))}))


main()
