"""From an exported network back to a checkpoint to train on from.

Exporting folds layers into one another. Here they are taken apart again, so that the
network computes what the file computes and trains as if it had never been exported. Batch norms
come back with the mean and variance that their input has on generated scenes, and the scale and
shift that undo these.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import Tensor, nn

from nadir_models.errors import NadirError
from nadir_models.evaluate.height_tensor import absent_heights, height_tensor
from nadir_models.evaluate.predict import prepare
from nadir_models.export.compare import RESTORED, infer, require_equal
from nadir_models.export.manifest import UNSAID
from nadir_models.families.family import Family, Variant
from nadir_models.families.problem import METRES, MIXED, Problem
from nadir_models.families.registry import FAMILIES
from nadir_models.graph.onnx_graph import INPUT_NAMES
from nadir_models.graph.restore_layers import calibrate
from nadir_models.graph.rewrite import Graph
from nadir_models.scenes import generate_scene
from nadir_models.scenes.seeds import TRAINING_SEED

CALIBRATION_SCENES = 32
UNPACKING = ("Cast", "Pad", "Concat")


@dataclass(frozen=True)
class Restored:
    """What a file was exported from.

    network: in eval mode. graph: the rewritten network with the file's own numbers. problem: what
    the manifest beside the file says that it is shown.
    """

    family: Family
    variant_name: str
    num_classes: int
    network: nn.Module
    graph: Graph
    problem: Problem
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def variant(self) -> Variant:
        """The size of the network."""
        return self.family.variant(self.variant_name)


def restore(path: Path) -> Restored:
    """The network of a file; NadirError if it is none that can be restored, in single precision."""
    found = read_network(path)
    seen = windows_of_scenes(found.variant, found.problem)
    with torch.no_grad():
        calibrate(found.network, seen)
    require_same(path, found.variant.rewrite(found.network), (seen[0][:4], seen[1][:4]))
    return found


def read_network(path: Path) -> Restored:
    """As `restore`, but the batch norms only shift: right to run, not to train on."""
    try:
        model = onnx.load(path)
    except Exception as error:
        raise NadirError(f"{path} cannot be read as ONNX: {error}") from error
    manifest = manifest_beside(path)
    found = taken_apart(model, problem_of(manifest))
    if found is None:
        known = "; ".join(
            f"{name} {' or '.join(each)}"
            for name, family in FAMILIES.items()
            if (each := [key for key, size in family.variants.items() if size.restorable])
        )
        raise NadirError(
            f"{path} is not a network that can be restored: {known}, exported by this project in "
            "single precision. Train on from a checkpoint instead."
        )
    facts = facts_of(manifest)
    described = len(facts.get("classes", ())) or found.num_classes
    if described != found.num_classes:
        raise NadirError(
            f"{path} has {found.num_classes} classes, but the manifest beside it names "
            f"{described}; put them together as `export` wrote them."
        )
    return replace(found, facts=facts)


def taken_apart(model: onnx.ModelProto, problem: Problem = MIXED) -> Restored | None:
    """The network of the size that fits the file's tensors, or None."""
    stored = stored_weights(model)
    for family in FAMILIES.values():
        classes = len(stored.get(family.restorer.CLASSIFIER, ()))
        for name, variant in family.variants.items() if classes else ():
            if not variant.restorable:
                continue
            network = variant.build(num_classes=classes).eval()
            graph = variant.rewrite(network)
            if load_graph(graph, stored | family.restorer.renamed(model, stored)):
                with torch.no_grad():
                    family.restorer.fill(network, graph, model)
                return Restored(family, name, classes, network, graph, problem)
    return None


def require_same(path: Path, graph: nn.Module, seen: tuple[Tensor, Tensor]) -> None:
    """Refuse a network whose graph computes something else than the file."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    feeds = {key: x.numpy() for key, x in zip(INPUT_NAMES, seen, strict=True)}
    expected = session.run(None, feeds)[0]
    require_equal("The restored network", infer(graph, seen), expected, RESTORED)


def stored_weights(model: onnx.ModelProto) -> dict[str, Tensor]:
    """Every constant by name, those that are stored in half precision or in parts included."""
    known: dict[str, Any] = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
    }
    for node in model.graph.node:
        if node.op_type in UNPACKING and all(name in known for name in node.input):
            feeds = {name: known[name] for name in node.input}
            outputs = cast(list[np.ndarray], ReferenceEvaluator(node).run(None, feeds))
            known[node.output[0]] = outputs[0]
    return {name: torch.from_numpy(np.array(values)) for name, values in known.items()}


def load_graph(graph: nn.Module, stored: dict[str, Tensor]) -> bool:
    """Put the file's numbers into the graph; False, and nothing done, if a parameter does not fit.

    Buffers that are not in the file follow from the network's size.
    """
    wanted: dict[str, Tensor] = dict(graph.named_parameters())
    if any(name not in stored or stored[name].shape != x.shape for name, x in wanted.items()):
        return False
    wanted |= {name: x for name, x in graph.named_buffers() if name in stored}
    with torch.no_grad():
        for name, x in wanted.items():
            x.copy_(stored[name])
    return True


def windows_of_scenes(variant: Variant, problem: Problem = MIXED) -> tuple[Tensor, Tensor]:
    """Windows to calibrate with, as the network sees them, a third without heights if it may."""
    facts = problem.applied(variant.preprocessing)
    optical, heights = [], []
    for seed in range(TRAINING_SEED, TRAINING_SEED + CALIBRATION_SCENES):
        scene = generate_scene(seed, variant.window_px, problem.gsd_metres.get("best"))
        optical.append(scene.image[..., :3].transpose(2, 0, 1))
        if facts.absent_heights is not None and seed % 3 == 0:
            heights.append(absent_heights(facts, scene.dsm.shape)[None])
        else:
            known = np.isfinite(scene.dsm)
            heights.append(height_tensor(facts, scene.dsm, known, scene.gsd)[None])
    image = np.stack(optical) / np.float32(255)
    return prepare(variant, torch.from_numpy(image), torch.from_numpy(np.stack(heights)))


def manifest_beside(path: Path) -> dict[str, Any]:
    """The manifest that `export` wrote with a file; empty where it is missing."""
    manifest = path.with_suffix(".nadir.json")
    return json.loads(manifest.read_text()) if manifest.is_file() else {}


def problem_of(manifest: dict[str, Any]) -> Problem:
    """What a manifest says that the network is shown."""
    kinds = [entry["kind"] for entry in manifest.get("inputs", ())]
    return METRES if "ndsm" in kinds else MIXED


def facts_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """What `train` stores beside weights, as far as a manifest says it.

    What the manifest leaves open stays out: it follows from the network, as before it was exported.
    """
    if not manifest:
        return {}
    said = {"trained_on": manifest["trainedOn"], "licence": manifest["licence"]}
    return {
        "classes": manifest["classes"],
        "bands": manifest["inputs"][0]["bands"],
        "scores": manifest["scores"],
        **{key: text for key, text in said.items() if not text.startswith(UNSAID)},
    }
