"""What a network family is: one object that holds everything the rest of the package asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import onnx
import torch
from torch import Tensor, nn

from nadir_models.backbones.foundation import Foundation
from nadir_models.errors import NadirError
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.families.recipe import Recipe
from nadir_models.graph.rewrite import Graph


@dataclass(frozen=True)
class Variant:
    """One buildable size of a network.

    build: `num_classes` and options to a module. graph: that module in eval mode and the side of
    its input in pixels to the same function written for WebGPU (`rewrite` calls it).
    preprocessing: the authors'; own_preprocessing: that of our trainings where it is another.
    window_px: side of the square of image pixels one window covers.
    pad_multiple_px: zeros are added right and bottom up to a multiple of it.
    official: sizes and keys are those of the authors' code, so their checkpoints fit.
    restorable: an exported file holds all that a checkpoint does (the papers' transformers keep a
    positional table for another grid, of which a file holds a resized copy only).
    foundation: whose weights its backbone takes. freeze_backbone: leave trainable what the paper
    trains, in place; None where that is everything.
    alternatives: sets of build options that change shapes, tried to name what a checkpoint fits.
    """

    build: Callable[..., nn.Module]
    graph: Callable[[Any, int], Graph]
    preprocessing: Preprocessing
    window_px: int
    own_preprocessing: Preprocessing | None = None
    pad_multiple_px: int = 1
    official: bool = True
    restorable: bool = False
    foundation: Foundation | None = None
    freeze_backbone: Callable[[Any], None] | None = None
    alternatives: tuple[dict[str, Any], ...] = ({},)

    @property
    def pad_px(self) -> int:
        """Zeros added right and bottom of a window before the network sees it."""
        return -self.window_px % self.pad_multiple_px

    @property
    def input_px(self) -> int:
        """Side in pixels of what the network sees."""
        return self.window_px + self.pad_px

    def rewrite(self, network: nn.Module) -> Graph:
        """The network, put into eval mode, written for WebGPU and this size's windows."""
        network.eval()
        with torch.no_grad():
            return self.graph(network, self.input_px).eval()

    def preprocessing_for(self, ours: bool) -> Preprocessing:
        """The facts for weights that we trained, or for the authors'."""
        return (self.own_preprocessing if ours else None) or self.preprocessing


class Restorer(Protocol):
    """How a rewritten graph is taken apart again; each family's `restore.py` is one.

    CLASSIFIER names the tensor of the graph that has one row per class.
    """

    CLASSIFIER: str

    def renamed(self, model: onnx.ModelProto, stored: dict[str, Tensor]) -> dict[str, Tensor]:
        """Weights whose name in the file is another than in the graph."""
        ...

    def fill(self, network: Any, graph: Any, model: onnx.ModelProto) -> None:
        """The graph's weights to the network, in place; what of the graph is no tensor, from the
        file."""
        ...


@dataclass(frozen=True)
class OpenHead:
    """A last layer that is opened while training (`Recipe.open_head`).

    open: takes it out of the network, in place. close: makes up for that in a state dict.
    """

    open: Callable[[Any], None]
    close: Callable[[dict[str, Tensor]], None]


@runtime_checkable
class WithTrainingHeads(Protocol):
    """A network with heads that are only there for training."""

    def forward_training(self, optical: Tensor, dsm: Tensor) -> tuple[Tensor, ...]:
        """Logits of the network itself, then of each auxiliary head, all (B, K, H, W)."""
        ...


@dataclass(frozen=True)
class Family:
    """A network: what it is called, its sizes, how it is trained and taken apart.

    class_order: the generator's class behind each output channel, in the authors' order.
    classifier_key: tensor of a checkpoint that has one row per class.
    class_bias_key: tensor of a checkpoint that is added to the logits, one number per class; None
    where there is none.
    feature_layer: the layer before the classifier, fused features of both modalities, which
    distillation compares.
    """

    name: str
    title: str
    summary: str
    paper_title: str
    paper_url: str
    variants: Mapping[str, Variant]
    default_variant: str
    recipes: Mapping[str, Recipe]
    class_order: tuple[int, ...]
    classifier_key: str
    feature_layer: str
    restorer: Restorer
    open_head: OpenHead | None = None
    class_bias_key: str | None = None

    def variant(self, name: str | None = None) -> Variant:
        """The size of that name, the default one without; NadirError lists what there is."""
        chosen = name or self.default_variant
        if chosen not in self.variants:
            known = ", ".join(self.variants)
            raise NadirError(f"{self.name} has no variant '{chosen}'; choose one of {known}.")
        return self.variants[chosen]

    def recipe(self, name: str) -> Recipe:
        """The recipe of that name; NadirError lists what there is."""
        if name not in self.recipes:
            known = ", ".join(self.recipes)
            raise NadirError(f"{self.name} has no recipe '{name}'; choose one of {known}.")
        return self.recipes[name]


def built(network: type[nn.Module], sizes: Mapping[str, Any], **options: Any) -> nn.Module:
    """A module of these sizes; NadirError where it knows no such option."""
    try:
        return network(**{**sizes, **options})
    except TypeError as error:
        raise NadirError(f"{network.__name__} cannot be built so: {error}.") from error
