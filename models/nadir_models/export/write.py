"""Write a network as ONNX for the studio, compared with PyTorch before anything is written.

Steps: build, load, rewrite for WebGPU, round weights, export, lint, compare in onnxruntime at
batch 1 and 3, then move graph, manifest, golden pair and STAC item into place together.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from nadir_models.checkpoints.fit import count_classes, load_weights
from nadir_models.checkpoints.read import Checkpoint, read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.export import manifest
from nadir_models.export.compare import (
    EXACT,
    ROUNDED,
    compare_in_onnxruntime,
    infer,
    require_equal,
)
from nadir_models.export.golden import write_golden
from nadir_models.families.family import Variant
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.families.problem import MIXED, get_problem
from nadir_models.families.registry import get_family
from nadir_models.graph import lint, onnx_graph
from nadir_models.graph.half_compute import compute_in_half
from nadir_models.graph.macs import count_macs

GOLDEN_SEED = 20240610


def export(
    *,
    network: str,
    out: Path,
    variant: str | None = None,
    checkpoint: str | Path | None = None,
    id: str | None = None,
    name: str | None = None,
    num_classes: int | None = None,
    compute: str = "fp32",
    weights: str = "fp16",
    version: str = "1.0.0",
    trained_on: str | None = None,
    scores: list[dict[str, Any]] | None = None,
    options: dict[str, Any] | None = None,
) -> list[Path]:
    """Export one network; returns the written files. NadirError leaves `out` untouched.

    `trained_on` and `scores` take the place of what the checkpoint says of itself.
    """
    family = get_family(network)
    name_of_size = variant or family.default_variant
    size = family.variant(name_of_size)
    loaded = Checkpoint({}) if checkpoint is None else read_checkpoint(checkpoint)
    stored = count_classes(loaded.state_dict) if checkpoint else None
    num_classes = stored or num_classes or 6
    plain = size.build(num_classes=num_classes, **(options or {}))
    if checkpoint is not None:
        load_weights(plain, loaded, f"{network} {name_of_size}", checkpoint)
    plain.eval()

    graph = size.rewrite(plain)
    facts = facts_for(size, loaded.facts)
    batch_of_3 = sample_inputs(facts, size, batch=3)
    require_equal(
        "The rewritten network", infer(graph.full_size, batch_of_3), infer(plain, batch_of_3), EXACT
    )
    reference = infer(graph, batch_of_3)
    if weights == "fp16":
        onnx_graph.halve_weights(graph)
        require_equal("Rounding weights to fp16", infer(graph, batch_of_3), reference, ROUNDED)
    rounded = infer(graph, batch_of_3)

    model = onnx_graph.to_onnx(graph, size.input_px)
    macs = count_macs(model)
    if compute == "fp16":
        compute_in_half(model, {"optical": batch_of_3[0].numpy(), "dsm": batch_of_3[1].numpy()})
    elif weights == "fp16":
        onnx_graph.store_weights_as_half(model)

    id = id or (
        network if name_of_size == family.default_variant else f"{network}-{name_of_size}"
    ).replace("_", "-")
    scale = float(np.abs(rounded).max())
    exported = manifest.Exported(
        id=id,
        name=name or f"{family.title} {name_of_size}",
        description=loaded.facts.get("description", family.summary),
        family=family,
        variant_name=name_of_size,
        variant=size,
        preprocessing=facts,
        classes=loaded.facts.get("classes") or facts.class_table(num_classes),
        parameters=sum(p.numel() for p in plain.parameters()),
        macs_per_window=macs,
        trained_on=trained_on or loaded.facts.get("trained_on", default_trained_on(checkpoint)),
        scores=loaded.facts.get("scores", []) if scores is None else scores,
        licence=loaded.facts.get("licence", manifest.UNSAID_LICENCE),
        version=version,
        opset=onnx_graph.OPSET,
        precision=compute,
        weights="fp16" if compute == "fp16" else weights,
        output_shape=rounded.shape[1:],
        output_stride=graph.output_stride,
        golden_tolerance=float(f"{scale * (1e-3 if compute == 'fp32' else ROUNDED):.3g}"),
    )
    onnx_graph.set_metadata(model, manifest.deepness_metadata(exported))
    require_clean(model)
    graph_bytes = model.SerializeToString()
    tolerance = EXACT if compute == "fp32" else ROUNDED
    compare_in_onnxruntime(graph_bytes, batch_of_3, rounded, tolerance)
    one_window = batch_of_3[0][:1], batch_of_3[1][:1]

    with staging_folder(out) as staging:
        (staging / f"{id}.onnx").write_bytes(graph_bytes)
        content = manifest.build_manifest(exported, graph_bytes)
        manifest.write_json(staging / f"{id}.nadir.json", content)
        manifest.write_json(
            staging / f"{id}.stac.json", manifest.build_stac_item(exported, content)
        )
        inputs = {"optical": one_window[0].numpy(), "dsm": one_window[1].numpy()}
        write_golden(staging, id, inputs, infer(graph, one_window))
        out.mkdir(parents=True, exist_ok=True)
        return [move(path, out / path.name) for path in sorted(staging.iterdir())]


def facts_for(variant: Variant, stored: dict[str, Any]) -> Preprocessing:
    """Preprocessing of the network, with the problem and the band order a checkpoint may carry."""
    facts = variant.preprocessing_for(ours="trained_on" in stored or not variant.official)
    facts = get_problem(stored.get("problem", MIXED.name)).applied(facts)
    return facts.with_bands(tuple(stored["bands"])) if "bands" in stored else facts


def default_trained_on(checkpoint: str | Path | None) -> str:
    """What to say where the checkpoint says nothing."""
    if checkpoint is None:
        return manifest.FROM_NOTHING
    return f"{manifest.NOT_STATED} by the checkpoint {Path(checkpoint).name}."


def sample_inputs(
    facts: Preprocessing, size: Variant, batch: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Random windows as the graph sees them: scaled, normalised, then padded with zeros."""
    random = np.random.RandomState(GOLDEN_SEED)
    side = size.window_px
    optical = random.random_sample((batch, 3, side, side)).astype(np.float32)
    dsm = random.random_sample((batch, 1, side, side)).astype(np.float32)
    mean = np.array(facts.mean, dtype=np.float32)[:, None, None]
    std = np.array(facts.std, dtype=np.float32)[:, None, None]
    pad = ((0, 0), (0, 0), (0, size.pad_px), (0, size.pad_px))
    return (
        torch.from_numpy(np.pad((optical - mean) / std, pad)),
        torch.from_numpy(np.pad(dsm, pad)),
    )


def require_clean(model: onnx.ModelProto) -> None:
    """Refuse a graph that is malformed or that lint says WebGPU cannot run rightly."""
    onnx.checker.check_model(model, full_check=True)
    findings = lint.lint(model)
    for finding in findings:
        print(finding)
    if any(finding.severity == "error" for finding in findings):
        raise NadirError("The graph would not run rightly on WebGPU; nothing was written.")


class staging_folder(tempfile.TemporaryDirectory):
    """A temporary folder on the file system of `out`, so that moving into place is atomic."""

    def __init__(self, out: Path) -> None:
        ancestor = next(path for path in (out, *out.absolute().parents) if path.is_dir())
        super().__init__(prefix=".nadir-export-", dir=ancestor)

    def __enter__(self) -> Path:
        return Path(super().__enter__())


def move(source: Path, target: Path) -> Path:
    """Rename over whatever is there."""
    os.replace(source, target)
    return target
