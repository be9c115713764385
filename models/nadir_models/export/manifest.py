"""The facts beside an exported graph: Nadir manifest, STAC MLM item, Deepness keys.

Formats: docs/manifest.md; STAC Machine Learning Model extension 1.4; Deepness (QGIS plug-in)
"metadata added to a model". Deepness itself runs one-input models only: its keys tell a QGIS user
what the file is, not that the plug-in can run it.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nadir_models.families.family import Family, Variant
from nadir_models.families.preprocessing import Preprocessing

NOT_STATED = "Not stated"
FROM_NOTHING = "Nothing: random weights, for tests only."
UNSAID = (NOT_STATED, FROM_NOTHING)
"""How a manifest begins what no checkpoint said."""
UNSAID_LICENCE = f"{NOT_STATED}: decided by whoever trained the weights."

BAND_COMMON_NAMES = {"red": "red", "green": "green", "blue": "blue", "nir": "nir"}


@dataclass(frozen=True)
class Exported:
    """What the manifest says about one export.

    output_shape: of one window, (K, h, w); output_stride: window pixels per logit.
    golden_tolerance: largest absolute difference from the golden logits allowed, in logits.
    """

    id: str
    name: str
    description: str
    family: Family
    variant_name: str
    variant: Variant
    preprocessing: Preprocessing
    classes: list[dict[str, Any]]
    parameters: int
    macs_per_window: int
    trained_on: str
    limits: str | None
    scores: list[dict[str, Any]]
    licence: str
    version: str
    opset: int
    precision: str
    weights: str
    output_shape: tuple[int, int, int]
    output_stride: int
    golden_tolerance: float


def build_manifest(exported: Exported, graph_bytes: bytes) -> dict[str, Any]:
    """The content of `<id>.nadir.json`."""
    facts = exported.preprocessing
    variant = exported.variant
    side = variant.input_px
    return {
        "format": "nadir-model/1",
        "id": exported.id,
        "name": exported.name,
        "version": exported.version,
        "description": exported.description,
        "network": {
            "family": exported.family.name,
            "variant": exported.variant_name,
            "parameters": exported.parameters,
            "macsPerWindow": exported.macs_per_window,
        },
        "paper": {"title": exported.family.paper_title, "url": exported.family.paper_url},
        "licence": exported.licence,
        "trainedOn": exported.trained_on,
        **({"limits": exported.limits} if exported.limits else {}),
        "scores": exported.scores,
        "graph": {
            "file": f"{exported.id}.onnx",
            "sha256": hashlib.sha256(graph_bytes).hexdigest(),
            "bytes": len(graph_bytes),
            "opset": exported.opset,
            "precision": exported.precision,
            "weights": exported.weights,
        },
        "externalData": [],
        "inputs": inputs_of(facts, side),
        "output": {
            "name": "logits",
            "kind": "logits",
            "stride": exported.output_stride,
            "shape": ["batch", *exported.output_shape],
        },
        "window": {
            "sizePx": variant.window_px,
            "padPx": variant.pad_px,
            "suggestedStridePx": variant.window_px * 3 // 4,
            "fixed": True,
        },
        "groundSamplingDistanceMetres": facts.gsd_metres,
        "classes": exported.classes,
        "stitch": {
            "accumulate": "sum-logits",
            "blend": "trapezoid",
            "papersStridePx": min(facts.papers_stride_px, variant.window_px),
        },
        "golden": {
            "file": f"{exported.id}.golden.json",
            "tolerance": exported.golden_tolerance,
        },
    }


def inputs_of(facts: Preprocessing, side: int) -> list[dict[str, Any]]:
    """`inputs` of the manifest: the photo and the heights, of `side` pixels."""
    return [
        {
            "name": "optical",
            "role": "optical",
            "kind": "optical",
            "bands": list(facts.bands),
            **other_bands(facts),
            "shape": ["batch", len(facts.bands), side, side],
            "scale": facts.optical_scale,
            "mean": list(facts.mean),
            "std": list(facts.std),
            "nodataFill": 0,
        },
        {
            "name": "dsm",
            "role": "auxiliary",
            "kind": facts.height_kind,
            "bands": ["height"],
            "shape": ["batch", 1, side, side],
            "scale": facts.dsm_scale,
            "mean": [0],
            "std": [1],
            "nodataFill": facts.absent_heights or 0,
            **optional_heights(facts),
        },
    ]


def other_bands(facts: Preprocessing) -> dict[str, Any]:
    """What the manifest says of bands that the network was trained with besides its own."""
    others = [list(bands) for bands in facts.other_bands if bands != facts.bands]
    return {"otherBands": others} if others else {}


def optional_heights(facts: Preprocessing) -> dict[str, Any]:
    """What the manifest says of an input that may be left out."""
    if facts.absent_heights is None:
        return {}
    return {"optional": True, "absent": facts.absent_heights}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Indented UTF-8 JSON with a final newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def deepness_metadata(exported: Exported) -> dict[str, str]:
    """`metadata_props` of the ONNX file; values are JSON, as the plug-in parses them."""
    facts = exported.preprocessing
    distance = facts.gsd_metres
    best = distance.get("best", (distance["min"] * distance["max"]) ** 0.5)
    entries = {
        "model_type": "Segmentor",
        "class_names": {str(entry["id"]): entry["name"] for entry in exported.classes},
        "resolution": 100 * best,
        "tiles_size": exported.variant.input_px,
        "tiles_overlap": 25,
        "seg_thresh": 0.0,
        "standardization_mean": list(facts.mean),
        "standardization_std": list(facts.std),
        "nadir_manifest": f"{exported.id}.nadir.json",
    }
    return {key: json.dumps(value) for key, value in entries.items()}


def build_stac_item(exported: Exported, manifest: dict[str, Any]) -> dict[str, Any]:
    """A STAC item with the Machine Learning Model extension, valid anywhere and at any time."""
    graph = manifest["graph"]
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": [
            "https://stac-extensions.github.io/mlm/v1.4.0/schema.json",
            "https://stac-extensions.github.io/file/v2.1.0/schema.json",
            "https://stac-extensions.github.io/classification/v2.0.0/schema.json",
            "https://stac-extensions.github.io/scientific/v1.0.0/schema.json",
        ],
        "id": exported.id,
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]],
        },
        "bbox": [-180, -90, 180, 90],
        "properties": {
            "datetime": None,
            "start_datetime": "1900-01-01T00:00:00Z",
            "end_datetime": "9999-12-31T23:59:59Z",
            "description": exported.description,
            "sci:publications": [{"citation": exported.family.paper_title}],
            "mlm:name": exported.name,
            "mlm:architecture": exported.family.title,
            "mlm:tasks": ["semantic-segmentation"],
            "mlm:framework": "ONNX",
            "mlm:total_parameters": exported.parameters,
            "mlm:accelerator": None,
            "mlm:input": [stac_input(entry) for entry in manifest["inputs"]],
            "mlm:output": [stac_output(manifest)],
        },
        "links": [{"rel": "cite-as", "href": exported.family.paper_url}],
        "assets": {
            "model": {
                "href": f"./{graph['file']}",
                "type": "application/octet-stream; framework=onnx",
                "title": exported.name,
                "roles": ["mlm:model", "mlm:weights"],
                "mlm:artifact_type": "onnx",
                "file:size": graph["bytes"],
                "file:checksum": f"1220{graph['sha256']}",
                "bands": [
                    {"name": band, "eo:common_name": BAND_COMMON_NAMES[band]}
                    if band in BAND_COMMON_NAMES
                    else {"name": band}
                    for entry in manifest["inputs"]
                    for band in entry["bands"]
                ],
            },
            "manifest": {
                "href": f"./{exported.id}.nadir.json",
                "type": "application/json",
                "roles": ["metadata"],
            },
        },
    }


def stac_input(entry: dict[str, Any]) -> dict[str, Any]:
    """One `mlm:input` object from one input of the manifest."""
    scaling: list[dict[str, Any]] = []
    if entry["scale"]["kind"] == "declared-type":
        scaling.append({"type": "min-max", "minimum": 0, "maximum": 255})
    elif entry["scale"]["kind"] == "min-max":
        scaling.append(
            {
                "type": "processing",
                "format": "gdal-calc",
                "expression": "(A-A.min())/(A.max()-A.min())",
            }
        )
    elif entry["scale"]["kind"] == "fixed":
        low, high = entry["scale"]["min"], entry["scale"]["max"]
        scaling.append({"type": "min-max", "minimum": low, "maximum": high})
    scaling += [
        {"type": "z-score", "mean": mean, "stddev": std}
        for mean, std in zip(entry["mean"], entry["std"], strict=True)
        if (mean, std) != (0, 1)
    ]
    return {
        "name": entry["name"],
        "bands": entry["bands"],
        "input": {
            "shape": [-1, *entry["shape"][1:]],
            "dim_order": ["batch", "channel", "height", "width"],
            "data_type": "float32",
        },
        "value_scaling": scaling,
        "resize_type": None,
    }


def stac_output(manifest: dict[str, Any]) -> dict[str, Any]:
    """The `mlm:output` object, with the classes and their colours."""
    return {
        "name": manifest["output"]["name"],
        "tasks": ["semantic-segmentation"],
        "result": {
            "shape": [-1, *manifest["output"]["shape"][1:]],
            "dim_order": ["batch", "class", "height", "width"],
            "data_type": "float32",
        },
        "classification:classes": [
            {
                "value": entry["id"],
                "name": entry["name"].replace(" ", "-"),
                "title": entry["name"],
                "color_hint": "{:02X}{:02X}{:02X}".format(*entry["colour"]),
            }
            for entry in manifest["classes"]
        ],
    }
