"""Knowledge distillation from any of our networks, after EMSNet's paper, Sec. III-C.

A feature loss and a logit loss are added to the supervised loss; each is left out in steps where
it exceeds twice the supervised loss, so that a teacher far away cannot drown the labels.
Paper: EMSNet, https://doi.org/10.1109/JSTARS.2025.3531422 (its code holds no distillation, so the
layers that are compared and the temperature are ours).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from nadir_models.checkpoints.fit import load_weights
from nadir_models.checkpoints.read import read_checkpoint, require_described
from nadir_models.errors import NadirError
from nadir_models.evaluate.predict import prepare
from nadir_models.families.family import Family, Variant
from nadir_models.families.problem import MIXED
from nadir_models.families.registry import get_family

TEMPERATURE = 2.0
LIMIT = 2.0
"""A loss counts only while it is at most this many times the supervised loss."""


class FeatureTap:
    """Remembers the output of one layer of a network."""

    def __init__(self, network: nn.Module, family: Family) -> None:
        self.value: Tensor | None = None
        network.get_submodule(family.feature_layer).register_forward_hook(self._keep)

    def _keep(self, _module: nn.Module, _inputs: object, output: Tensor) -> None:
        self.value = output


def kept(loss: Tensor, supervised: Tensor) -> Tensor:
    """The loss, or zero while it exceeds twice the supervised one."""
    return loss if float(loss.detach()) <= LIMIT * float(supervised.detach()) else loss * 0


class Distillation(nn.Module):
    """A frozen teacher and the 1x1 projection from the student's features to the teacher's.

    The projection is trained with the student and saved beside it; the rest is no part of the
    module.
    """

    teacher: nn.Module
    teacher_tap: FeatureTap
    student_tap: FeatureTap
    variant: Variant
    order: list[int]

    def __init__(
        self,
        path: Path,
        student: nn.Module,
        family: Family,
        student_classes: list[str],
        problem: str,
    ) -> None:
        super().__init__()
        stored = read_checkpoint(path)
        require_described(stored, path)
        facts = stored.facts
        if facts.get("problem", MIXED.name) != problem:
            raise NadirError(
                f"The teacher {path} learnt the problem '{facts.get('problem', MIXED.name)}', not "
                f"'{problem}'; teach with a network of the same."
            )
        known = [entry["name"] for entry in facts["classes"]]
        if set(known) != set(student_classes):
            raise NadirError(
                f"The teacher {path} knows the classes {', '.join(known)}; "
                f"{', '.join(student_classes)} are needed."
            )
        taught_by = get_family(facts["network"])
        self.variant = taught_by.variant(facts["variant"])
        teacher = self.variant.build(num_classes=facts["num_classes"])
        load_weights(teacher, stored, f"{taught_by.name} {facts['variant']}", path)
        self.__dict__["teacher"] = teacher.eval().requires_grad_(False)
        self.order = [known.index(name) for name in student_classes]
        self.__dict__["teacher_tap"] = FeatureTap(teacher, taught_by)
        self.__dict__["student_tap"] = FeatureTap(student, family)
        self.projection = nn.LazyConv2d(_feature_width(teacher, taught_by), 1)
        self.projection.initialize_parameters(torch.empty(1, _feature_width(student, family), 1, 1))

    def losses(self, optical: Tensor, dsm: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """(feature loss, logit loss) of windows in 0..1 whose student logits are (B, K, H, W)."""
        with torch.no_grad():
            seen = prepare(self.variant, optical, dsm)
            taught = self.teacher(*seen)[..., : logits.shape[-2], : logits.shape[-1]]
            taught = taught[:, self.order].float()
        target, own = self.teacher_tap.value, self.student_tap.value
        if target is None or own is None:
            raise RuntimeError("the feature layers did not run")
        grid = min(target.shape[-1], own.shape[-1])
        pool = nn.functional.adaptive_avg_pool2d
        matched = self.projection(pool(own.float(), grid))
        normal = nn.functional.normalize
        feature = (normal(matched, dim=1) - normal(pool(target.float(), grid), dim=1)).square()
        soft = nn.functional.log_softmax(logits.float() / TEMPERATURE, dim=1)
        wanted = nn.functional.log_softmax(taught / TEMPERATURE, dim=1)
        logit = nn.functional.kl_div(soft, wanted, log_target=True, reduction="none").sum(1).mean()
        return feature.sum(1).mean(), logit * TEMPERATURE**2


def _feature_width(network: nn.Module, family: Family) -> int:
    """Channels of the feature layer: those of its last convolution."""
    layer = network.get_submodule(family.feature_layer)
    convolutions = [m for m in layer.modules() if isinstance(m, nn.Conv2d)]
    return convolutions[-1].out_channels
