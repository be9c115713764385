"""Write a network as ONNX for the studio, compared with PyTorch before anything is written.

Steps: build, load, rewrite for WebGPU, round weights, export, lint, compare in onnxruntime at
batch 1 and 3, then move graph, manifest, golden pair and STAC item into place together.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from nadir_models.checkpoints.read import Checkpoint, count_classes, load_weights, read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.export import manifest
from nadir_models.export.score_entries import read_score_entries
from nadir_models.families import preprocessing, registry
from nadir_models.graph import lint, onnx_graph
from nadir_models.graph.half_compute import compute_in_half
from nadir_models.graph.macs import count_macs
from nadir_models.graph.rewrite import rewrite

# Relative to the largest logit. The graph must equal the rewritten network; the rewritten network
# must equal the plain one; only rounding the weights (and computing in half) may cost more.
EXACT = 1e-4
ROUNDED = 2e-2
GOLDEN_SEED = 20240610


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `export`."""
    parser.add_argument("--network", required=True, help=f"one of {', '.join(registry.VARIANTS)}")
    parser.add_argument("--variant", help="size of the network; the first one by default")
    parser.add_argument("--checkpoint", help="weights (.pt, .pth, .safetensors); random without")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    parser.add_argument("--id", help="file stem and id in the manifest")
    parser.add_argument("--name", help="name in the model picker")
    parser.add_argument("--classes", type=int, dest="num_classes", help="only without a checkpoint")
    parser.add_argument("--image-size", type=int, help="MoBaNet on SAM: 266 or 1024")
    parser.add_argument("--taps", type=int, nargs=4, help="MoBaNet on DINOv2: four block indices")
    parser.add_argument("--no-cpia", action="store_true", help="MoBaNet trained without CPIA")
    parser.add_argument("--no-dgfm", action="store_true", help="MoBaNet trained without DGFM")
    parser.add_argument("--compute", choices=("fp32", "fp16"), default="fp32")
    parser.add_argument("--weights", choices=("fp16", "fp32"), default="fp16", help="as stored")
    parser.add_argument("--version", default="1.0.0", dest="model_version")
    parser.add_argument("--trained-on", help="for the manifest, instead of the checkpoint's words")
    parser.add_argument(
        "--scores", type=Path, nargs="+", help="reports of `evaluate`, for the manifest"
    )


def run(arguments: argparse.Namespace) -> int:
    """Export and report; returns 0, or raises NadirError with nothing written."""
    chosen = {
        "image_size": arguments.image_size,
        "taps": arguments.taps and tuple(arguments.taps),
        "use_cpia": False if arguments.no_cpia else None,
        "use_dgfm": False if arguments.no_dgfm else None,
    }
    options = {key: value for key, value in chosen.items() if value is not None}
    written = export(
        network=arguments.network,
        variant=arguments.variant,
        checkpoint=arguments.checkpoint,
        out=arguments.out,
        id=arguments.id,
        name=arguments.name,
        num_classes=arguments.num_classes,
        compute=arguments.compute,
        weights=arguments.weights,
        version=arguments.model_version,
        trained_on=arguments.trained_on,
        scores=read_score_entries(arguments.scores) if arguments.scores else None,
        options=options,
    )
    for path in written:
        print(f"{path}  {path.stat().st_size:,} bytes")
    return 0


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
    size = registry.get_variant(network, variant)
    variant = variant or registry.DEFAULT_VARIANTS[network]
    loaded = Checkpoint({}) if checkpoint is None else read_checkpoint(checkpoint)
    stored = count_classes(loaded.state_dict) if checkpoint else None
    num_classes = stored or num_classes or 6
    plain = registry.build_network(network, variant, num_classes=num_classes, **(options or {}))
    if checkpoint is not None:
        load_weights(plain, loaded, f"{network} {variant}", checkpoint)
    plain.eval()

    graph = rewrite(plain, size.input_px)
    facts = facts_for(network, variant, loaded.facts)
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
        network if variant == registry.DEFAULT_VARIANTS[network] else f"{network}-{variant}"
    ).replace("_", "-")
    family = registry.NETWORKS[network]
    scale = float(np.abs(rounded).max())
    exported = manifest.Exported(
        id=id,
        name=name or f"{family.title} {variant}",
        description=loaded.facts.get("description", family.summary),
        family=family,
        network=network,
        variant_name=variant,
        variant=size,
        preprocessing=facts,
        classes=loaded.facts.get("classes") or facts.class_table(num_classes),
        parameters=sum(p.numel() for p in plain.parameters()),
        macs_per_window=macs,
        trained_on=trained_on or loaded.facts.get("trained_on", default_trained_on(checkpoint)),
        scores=loaded.facts.get("scores", []) if scores is None else scores,
        licence=loaded.facts.get("licence", "Not stated: decided by whoever trained the weights."),
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
    golden_output = compare_in_onnxruntime(graph_bytes, batch_of_3, rounded, tolerance)

    with staging_folder(out) as staging:
        (staging / f"{id}.onnx").write_bytes(graph_bytes)
        content = manifest.build_manifest(exported, graph_bytes)
        manifest.write_json(staging / f"{id}.nadir.json", content)
        manifest.write_json(
            staging / f"{id}.stac.json", manifest.build_stac_item(exported, content)
        )
        inputs = {"optical": batch_of_3[0][:1].numpy(), "dsm": batch_of_3[1][:1].numpy()}
        manifest.write_golden(staging, id, inputs, golden_output)
        out.mkdir(parents=True, exist_ok=True)
        return [move(path, out / path.name) for path in sorted(staging.iterdir())]


def facts_for(network: str, variant: str, stored: dict[str, Any]) -> preprocessing.Preprocessing:
    """Preprocessing of the network, with the band order a checkpoint may carry."""
    ours = "trained_on" in stored or not registry.get_variant(network, variant).official
    facts = preprocessing.preprocessing_for(network, variant, ours)
    return facts.with_bands(tuple(stored["bands"])) if "bands" in stored else facts


def default_trained_on(checkpoint: str | Path | None) -> str:
    """What to say where the checkpoint says nothing."""
    if checkpoint is None:
        return "Nothing: random weights, for tests only."
    return f"Not stated by the checkpoint {Path(checkpoint).name}."


def sample_inputs(
    facts: preprocessing.Preprocessing, size: registry.Variant, batch: int
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


def infer(network: nn.Module | Any, inputs: tuple[torch.Tensor, torch.Tensor]) -> np.ndarray:
    """Logits without gradients, as an array."""
    with torch.inference_mode():
        return network(*inputs).numpy()


def relative_difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest absolute difference over the largest absolute expected value."""
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-12))


def require_equal(what: str, found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Refuse a difference above the tolerance, and anything that is not a number."""
    if not np.isfinite(found).all():
        raise NadirError(f"{what} gives values that are not finite; nothing was written.")
    difference = relative_difference(found, expected)
    agreement = float((found.argmax(1) == expected.argmax(1)).mean())
    print(f"{what}: relative difference {difference:.1e}, same class {agreement:.4%}")
    if difference > tolerance:
        raise NadirError(
            f"{what} differs from the reference by {difference:.1e} of the largest logit, more "
            f"than {tolerance:.0e}; nothing was written."
        )


def compare_in_onnxruntime(
    graph_bytes: bytes,
    inputs: tuple[torch.Tensor, torch.Tensor],
    expected: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """Run the file at batch 3 and batch 1 and refuse disagreement; returns the batch-1 logits."""
    session = onnxruntime.InferenceSession(graph_bytes, providers=["CPUExecutionProvider"])
    outputs = []
    for batch in (3, 1):
        feeds = {"optical": inputs[0][:batch].numpy(), "dsm": inputs[1][:batch].numpy()}
        outputs.append(session.run([onnx_graph.OUTPUT_NAME], feeds)[0])
        require_equal(
            f"The exported graph at batch {batch}", outputs[-1], expected[:batch], tolerance
        )
    return outputs[-1]


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
