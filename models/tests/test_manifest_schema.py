"""The shipped manifests against the JSON Schema that the studio's reader is written from."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/model-manifest.schema.json").read_text(encoding="utf-8"))
MANIFESTS = sorted((ROOT / "models/zoo").glob("*.nadir.json"))


def faults(manifest) -> list[str]:
    """Places at which the schema refuses the manifest: `inputs/1/scale`."""
    return [
        "/".join(map(str, error.absolute_path))
        for error in Draft7Validator(SCHEMA).iter_errors(manifest)
    ]


def read(path: Path):
    """The manifest as Python data."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_schema_is_one():
    Draft7Validator.check_schema(SCHEMA)
    assert MANIFESTS


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_shipped_manifests_fit(path):
    assert faults(read(path)) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "nadir-model/9"),
        (("graph", "sha256"), "A" * 64),
        (("graph", "file"), "../x.onnx"),
        (("inputs", 0, "bands", 0), "pink"),
        (("inputs", 0, "shape"), ["batch", 3, 256]),
        (("inputs", 0, "scale"), {"kind": "fixed", "min": 0}),
        (("classes", 0, "colour"), [0, 0, 256]),
        (("stitch", "blend"), "smooth"),
        (("golden", "tolerance"), 0),
        (("window", "sizePx"), -1),
    ],
)
def test_a_changed_manifest_is_refused_at_its_place(place, value):
    manifest = copy.deepcopy(read(MANIFESTS[0]))
    parent = manifest
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    found = faults(manifest)
    where = "/".join(map(str, place))
    assert len(found) == 1
    assert found[0].startswith(where) or where.startswith(found[0])
