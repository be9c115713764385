"""`python -m nadir_models restore`: from an exported network back to a checkpoint to train on from.

Exporting folds layers into one another (`rewrite`). Here they are taken apart again, so that the
network computes what the file computes and trains as if it had never been exported. Batch norms
come back with the mean and variance that their input has on generated scenes, and the scale and
shift that undo these.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import Tensor, nn

from nadir_models.errors import NadirError
from nadir_models.evaluate.predict import prepare, scale_dsm
from nadir_models.export.write import ROUNDED, infer, require_equal
from nadir_models.families.emsnet import restore as restore_emsnet
from nadir_models.families.mfnet import restore as restore_mfnet
from nadir_models.families.mobanet import restore as restore_mobanet
from nadir_models.families.registry import VARIANTS, build_network
from nadir_models.graph.onnx_graph import INPUT_NAMES
from nadir_models.graph.restore_layers import calibrate
from nadir_models.graph.rewrite import rewrite
from nadir_models.scenes import generate_scene
from nadir_models.train.bank import TRAINING_SEED

CALIBRATION_SCENES = 32
UNPACKING = ("Cast", "Pad", "Concat")
FAMILIES = {"emsnet": restore_emsnet, "mobanet": restore_mobanet, "mfnet": restore_mfnet}
RESTORED = {
    "emsnet": ("base", "nano"),
    "mobanet": ("dinov2_vitt14", "nano"),
    "mfnet": ("vit_t_adpt", "nano"),
}
"""The sizes that are shipped. The papers' transformers keep a positional table for another grid, of
which a file holds a resized copy only."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `restore`."""
    parser.add_argument("--onnx", required=True, type=Path, help="a file that `export` wrote")
    parser.add_argument("--out", required=True, type=Path, help="checkpoint to write")


def run(arguments: argparse.Namespace) -> int:
    """Write the checkpoint; a NadirError leaves nothing behind."""
    name, variant, classes, network = restore(arguments.onnx)
    facts = {"network": name, "variant": variant, "num_classes": classes}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({**facts, "state_dict": network.state_dict()}, arguments.out)
    print(f"{arguments.out}: {name} {variant} of {arguments.onnx.name}")
    return 0


def restore(path: Path) -> tuple[str, str, int, nn.Module]:
    """Network name, variant, number of classes and the network in eval mode.

    NadirError if the file is not one of `RESTORED`, exported in single precision.
    """
    try:
        model = onnx.load(path)
    except Exception as error:
        raise NadirError(f"{path} cannot be read as ONNX: {error}") from error
    stored = stored_weights(model)
    for name, family in FAMILIES.items():
        classes = len(stored.get(family.CLASSIFIER, ()))
        for variant in RESTORED[name] if classes else ():
            size = VARIANTS[name][variant]
            network = build_network(name, variant, num_classes=classes).eval()
            graph = rewrite(network, size.input_px)
            if load_graph(graph, stored | family.renamed(model, stored)):
                seen = windows_of_scenes(name, variant, size.window_px)
                with torch.no_grad():
                    family.fill(network, graph, model)
                    calibrate(network, seen)
                few = tuple(x[:4] for x in seen)
                require_same(path, rewrite(network, size.input_px), few)
                return name, variant, classes, network
    known = "; ".join(f"{name} {' or '.join(each)}" for name, each in RESTORED.items())
    raise NadirError(
        f"{path} is not a network that can be restored: {known}, exported by this project in "
        "single precision. Train on from a checkpoint instead."
    )


def require_same(path: Path, graph: nn.Module, seen: tuple[Tensor, Tensor]) -> None:
    """Refuse a network whose graph computes something else than the file."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    feeds = {key: x.numpy() for key, x in zip(INPUT_NAMES, seen, strict=True)}
    expected = session.run(None, feeds)[0]
    require_equal("The restored network", infer(graph, seen), expected, ROUNDED)


def stored_weights(model: onnx.ModelProto) -> dict[str, Tensor]:
    """Every constant by name, those that are stored in half precision or in parts included."""
    known = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in UNPACKING and all(name in known for name in node.input):
            feeds = {name: known[name] for name in node.input}
            known[node.output[0]] = ReferenceEvaluator(node).run(None, feeds)[0]
    return {name: torch.from_numpy(np.array(values)) for name, values in known.items()}


def load_graph(graph: nn.Module, stored: dict[str, Tensor]) -> bool:
    """Put the file's numbers into the graph; False, and nothing done, if a parameter does not fit.

    Buffers that are not in the file follow from the network's size.
    """
    wanted = dict(graph.named_parameters())
    if any(name not in stored or stored[name].shape != x.shape for name, x in wanted.items()):
        return False
    wanted |= {name: x for name, x in graph.named_buffers() if name in stored}
    with torch.no_grad():
        for name, x in wanted.items():
            x.copy_(stored[name])
    return True


def windows_of_scenes(name: str, variant: str, window_px: int) -> tuple[Tensor, Tensor]:
    """Windows to calibrate with, as the network sees them."""
    scenes = [generate_scene(TRAINING_SEED + i, window_px) for i in range(CALIBRATION_SCENES)]
    optical = np.stack([scene.image[..., :3].transpose(2, 0, 1) for scene in scenes])
    dsm = np.stack([scale_dsm(scene.dsm)[None] for scene in scenes])
    return prepare(
        name, variant, torch.from_numpy(optical / np.float32(255)), torch.from_numpy(dsm)
    )
