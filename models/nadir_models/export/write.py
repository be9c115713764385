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
from torch import Tensor, nn

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
from nadir_models.families.family import Family, Variant
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.families.problem import MIXED, get_problem
from nadir_models.families.registry import get_family
from nadir_models.graph import lint, onnx_graph
from nadir_models.graph.half_compute import compute_in_half
from nadir_models.graph.macs import count_macs
from nadir_models.graph.rewrite import Graph

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
    limits: str | None = None,
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
    num_classes = count_classes(loaded.state_dict) or num_classes or 6
    plain = size.build(num_classes=num_classes, **(options or {}))
    if checkpoint is not None:
        load_weights(plain, loaded, f"{network} {name_of_size}", checkpoint)
    plain.eval()

    graph = size.rewrite(plain)
    facts = facts_for(size, loaded.facts)
    batch_of_3 = sample_inputs(facts, size, batch=3)
    rounded = rounded_logits(graph, plain, batch_of_3, weights)
    model = onnx_graph.to_onnx(graph, size.input_px)
    macs = count_macs(model)
    store_in_half(model, compute, weights, batch_of_3)
    exported = manifest.Exported(
        id=id or default_id(family, name_of_size),
        name=name or f"{family.title} {name_of_size}",
        family=family,
        variant_name=name_of_size,
        variant=size,
        preprocessing=facts,
        classes=loaded.facts.get("classes") or facts.class_table(num_classes),
        parameters=sum(p.numel() for p in plain.parameters()),
        macs_per_window=macs,
        version=version,
        opset=onnx_graph.OPSET,
        precision=compute,
        weights="fp16" if compute == "fp16" else weights,
        output_shape=rounded.shape[1:],
        output_stride=graph.output_stride,
        limits=limits,
        golden_tolerance=golden_tolerance(rounded, compute),
        **said_of(loaded.facts, family.summary, checkpoint, trained_on, scores),
    )
    graph_bytes = checked_bytes(model, exported, batch_of_3, rounded)
    return write_files(out, exported, graph_bytes, graph, (batch_of_3[0][:1], batch_of_3[1][:1]))


def default_id(family: Family, variant: str) -> str:
    """File stem of a size: the family's name alone where it is the default."""
    name = family.name if variant == family.default_variant else f"{family.name}-{variant}"
    return name.replace("_", "-")


def golden_tolerance(logits: np.ndarray, compute: str) -> float:
    """How far from these logits another adapter may be: a share of the largest, three digits."""
    share = 1e-3 if compute == "fp32" else ROUNDED
    return float(f"{float(np.abs(logits).max()) * share:.3g}")


def said_of(
    stored: dict[str, Any],
    summary: str,
    checkpoint: str | Path | None,
    trained_on: str | None,
    scores: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    """What the manifest says in the checkpoint's words, or in those given instead."""
    return {
        "description": stored.get("description", summary),
        "trained_on": trained_on or stored.get("trained_on", default_trained_on(checkpoint)),
        "scores": stored.get("scores", []) if scores is None else scores,
        "licence": stored.get("licence", manifest.UNSAID_LICENCE),
    }


def rounded_logits(
    graph: Graph, plain: nn.Module, batch: tuple[Tensor, Tensor], weights: str
) -> np.ndarray:
    """The graph's output, its weights rounded in place if asked; refuses one that strays."""
    require_equal(
        "The rewritten network", infer(graph.full_size, batch), infer(plain, batch), EXACT
    )
    reference = infer(graph, batch)
    if weights == "fp16":
        onnx_graph.halve_weights(graph)
        require_equal("Rounding weights to fp16", infer(graph, batch), reference, ROUNDED)
    return infer(graph, batch)


def store_in_half(
    model: onnx.ModelProto, compute: str, weights: str, batch: tuple[Tensor, Tensor]
) -> None:
    """Compute in half precision, or keep the weights so, if asked; in place."""
    if compute == "fp16":
        compute_in_half(model, {"optical": batch[0].numpy(), "dsm": batch[1].numpy()})
    elif weights == "fp16":
        onnx_graph.store_weights_as_half(model)


def checked_bytes(
    model: onnx.ModelProto,
    exported: manifest.Exported,
    batch: tuple[Tensor, Tensor],
    expected: np.ndarray,
) -> bytes:
    """The file with its metadata; refuses one that computes something else in onnxruntime."""
    onnx_graph.set_metadata(model, manifest.deepness_metadata(exported))
    require_clean(model)
    graph_bytes = model.SerializeToString()
    tolerance = EXACT if exported.precision == "fp32" else ROUNDED
    compare_in_onnxruntime(graph_bytes, batch, expected, tolerance)
    return graph_bytes


def write_files(
    out: Path,
    exported: manifest.Exported,
    graph_bytes: bytes,
    graph: Graph,
    one_window: tuple[Tensor, Tensor],
) -> list[Path]:
    """Graph, manifest, STAC item and golden pair, all of them or none."""
    id = exported.id
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
