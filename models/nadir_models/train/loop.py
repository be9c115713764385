"""The training loop: steps, averaged weights, validation, saving and exact resuming.

Inputs are always contiguous (B, C, H, W): in `channels_last` order PyTorch 2.13 corrupts memory in
EMSNet's backward pass on several CPU threads.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nadir_models.errors import NadirError
from nadir_models.evaluate.height_tensor import tensor_of_metres
from nadir_models.evaluate.predict import predict_raster, prepare, scale_dsm
from nadir_models.evaluate.scores import both_conventions, confusion_matrix
from nadir_models.families.family import WithTrainingHeads
from nadir_models.families.recipe import Recipe
from nadir_models.families.registry import get_family
from nadir_models.scenes.classes import BUILDING, CLASS_NAMES, IGNORE
from nadir_models.scenes.folder import find_scenes, optical_bands, split_scenes
from nadir_models.scenes.seeds import TRAINING_SEED, VALIDATION_SEED
from nadir_models.train.augment import Bank, random_batch
from nadir_models.train.bank import FolderBank, SceneBank
from nadir_models.train.curves import draw_curves
from nadir_models.train.distill import Distillation, kept
from nadir_models.train.hard_scenes import HardScenes
from nadir_models.train.masking import hard_pixel_loss, mask_one_modality
from nadir_models.train.outlines import PhotoBank, Photos, outline_loss
from nadir_models.train.overlap import overlap_loss

WARM_UP_STEPS = 200
VALIDATION_SIZE_PX = 512
CONVENTION = "5 classes, with clutter pixels"


@dataclass(frozen=True)
class TrainingSettings:
    """What a training is made with; all but device, bank folder and intervals must stay the same
    when it is resumed."""

    network: str
    variant: str | None
    data: str
    recipe_name: str
    recipe: Recipe
    steps: int
    seed: int
    bank: Path
    bank_scenes: int
    bank_size_px: int
    validation_scenes: int
    validate_every: int
    save_every: int
    device: str
    precision: str
    init: Path | None = None
    teacher: Path | None = None
    eroded: bool = False
    """Learn from labels with eroded boundaries where a folder has both kinds."""
    photos: Photos | None = None
    """Photos with outlines of buildings to learn from beside the scenes."""

    def identity(self) -> dict[str, object]:
        """What decides the result."""
        return {
            "network": self.network,
            "variant": self.variant or get_family(self.network).default_variant,
            "data": self.data,
            "eroded": self.eroded,
            "teacher": str(self.teacher) if self.teacher else None,
            "recipe": repr(self.recipe),
            "frozen_backbone": self.recipe.freeze_backbone,
            "steps": self.steps,
            "seed": self.seed,
            "bank_scenes": self.bank_scenes,
            "bank_size_px": self.bank_size_px,
            "init": str(self.init) if self.init else None,
            "photos": self.photos.folder.name if self.photos else None,
        }


class Training:
    """One run in one folder: `last.pt` (everything), `weights.pt` (averaged weights), curves."""

    def __init__(
        self,
        settings: TrainingSettings,
        folder: Path,
        fresh: bool = False,
        reschedule: bool = False,
    ) -> None:
        self.settings = settings
        self.reschedule = reschedule
        self.folder = folder
        self.family = get_family(settings.network)
        self.variant_name = settings.variant or self.family.default_variant
        self.variant = self.family.variant(self.variant_name)
        self.problem = settings.recipe.problem
        self.facts = self.problem.applied(self.variant.preprocessing_for(ours=True))
        self.window_px = self.variant.window_px
        self.order = self.family.class_order
        self.open_head = self.family.open_head if settings.recipe.open_head else None
        torch.manual_seed(settings.seed)
        network = self.variant.build(num_classes=len(self.order))
        self._prepare(network)
        self.network = network.to(settings.device)
        names = [CLASS_NAMES[class_id] for class_id in self.order]
        self.distillation = (
            Distillation(settings.teacher, network, self.family, names, self.problem.name).to(
                settings.device
            )
            if settings.teacher
            else None
        )
        trained = nn.ModuleList(m for m in (self.network, self.distillation) if m is not None)
        self.optimiser = _optimiser(trained, settings.recipe)
        self.step = 0
        self.seconds = 0.0
        self.history: list[dict[str, float]] = []
        if settings.init:
            self._begin_from(settings.init)
        self.averaged = {
            key: value.detach().clone().float()
            for key, value in self.network.state_dict().items()
            if value.is_floating_point()
        }
        self._channel_of = torch.full((256,), IGNORE, dtype=torch.int64)
        for channel, class_id in enumerate(self.order):
            if channel != settings.recipe.ignored_class:
                self._channel_of[class_id] = channel
        weights = settings.recipe.class_weights
        self._class_weights = torch.tensor(weights, device=settings.device) if weights else None
        self._open_data()
        folder.mkdir(parents=True, exist_ok=True)
        self.hard_scenes = HardScenes(len(self.bank)) if settings.recipe.hard_scenes else None
        if (folder / "last.pt").exists() and not fresh:
            self._resume()

    def _prepare(self, network: nn.Module) -> None:
        """Open its head and freeze its backbone, as the recipe has it."""
        settings = self.settings
        if self.open_head:
            self.open_head.open(network)
        if settings.recipe.freeze_backbone and self.variant.freeze_backbone:
            if settings.init is None:
                raise NadirError(
                    f"The recipe '{settings.recipe_name}' trains {settings.network} around a "
                    "frozen backbone, whose weights would stay random here: give --init with a "
                    "checkpoint that `backbone` made of Meta's weights, or choose another recipe."
                )
            self.variant.freeze_backbone(network)

    def _open_data(self) -> None:
        settings = self.settings
        self.photos = PhotoBank(settings.photos, self.problem) if settings.photos else None
        if settings.data == "scenes":
            size = settings.bank_size_px
            self.bank: Bank = SceneBank(
                settings.bank, self.problem, TRAINING_SEED, settings.bank_scenes, size
            )
            self.validation: Bank = SceneBank(
                settings.bank,
                self.problem,
                VALIDATION_SEED,
                settings.validation_scenes,
                VALIDATION_SIZE_PX,
            )
            self.bands = ["red", "green", "blue"]
            return
        kept, held_out = split_scenes(find_scenes(Path(settings.data), settings.eroded))
        self.bands = optical_bands(kept)
        self.bank = FolderBank(kept, self.problem)
        self.validation = FolderBank(held_out, self.problem)
        print(f"training on {', '.join(f.name for f in kept)}", flush=True)
        print(f"validating on {', '.join(f.name for f in held_out)}", flush=True)
        if kept == held_out:
            print("one scene only: validation is on the training scene", flush=True)

    def _begin_from(self, path: Path) -> None:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(stored["state_dict"])

    def _resume(self) -> None:
        stored = torch.load(self.folder / "last.pt", map_location="cpu", weights_only=True)
        wanted = {key: str(value) for key, value in self.settings.identity().items()}
        # Trainings from before there was a choice froze nothing and had no photos.
        earlier = {"frozen_backbone": "False", "photos": "None"}
        for key, value in (earlier | stored["identity"]).items():
            if wanted[key] != value and not (self.reschedule and key == "steps"):
                raise NadirError(
                    f"{self.folder / 'last.pt'} was trained with {key} {value}, not {wanted[key]}: "
                    "give the same settings to resume, another --out, or --fresh to start anew."
                )
        self.network.load_state_dict(stored["state_dict"])
        if self.distillation:
            self.distillation.load_state_dict(stored["distillation"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.averaged = stored["averaged"]
        if self.hard_scenes:
            self.hard_scenes.wrong = stored["wrong_per_scene"].numpy()
        self.step, self.seconds = stored["step"], stored["seconds"]
        self.history = stored["history"]
        print(f"resumed at step {self.step}", flush=True)

    def run(self, stop_after: int | None = None, deadline: float | None = None) -> bool:
        """Train on; True when all steps are done, False when stopped before."""
        settings = self.settings
        started, first = time.monotonic(), self.step
        losses: list[float] = []
        while self.step < settings.steps:
            losses.append(self._train_step())
            self.step += 1
            spent = time.monotonic() - started
            if self.step % 25 == 0 or self.step == settings.steps:
                rest = spent / (self.step - first) * (settings.steps - self.step)
                print(
                    f"step {self.step}/{settings.steps}  loss {np.mean(losses[-25:]):.4f}  "
                    f"{spent / (self.step - first):.2f} s/step  {rest / 60:.0f} min to go",
                    flush=True,
                )
            last = self.step == settings.steps
            if self.step % settings.validate_every == 0 or last:
                self._validate(float(np.mean(losses)))
                losses.clear()
            stopping = self.step == stop_after or (deadline and time.monotonic() > deadline)
            if self.step % settings.save_every == 0 or last or stopping:
                total = self.seconds
                self.seconds += time.monotonic() - started
                self.save()
                self.seconds = total
            if stopping and not last:
                return False
        return True

    def _train_step(self) -> float:
        settings, recipe = self.settings, self.settings.recipe
        window_px = recipe.window_px or self.window_px
        count = max(2, round(recipe.batch * (self.window_px / window_px) ** 2))
        batch = random_batch(
            self.bank,
            self.facts,
            count,
            window_px,
            settings.seed,
            self.step,
            recipe.randomised_share,
            self.hard_scenes.chances() if self.hard_scenes else None,
            self.photos,
            recipe.mosaic_share,
        )
        optical = torch.from_numpy(batch.optical).to(settings.device)
        dsm = torch.from_numpy(batch.dsm).to(settings.device)
        labels = torch.from_numpy(batch.labels)
        target = self._channel_of[labels].to(settings.device)
        torch.manual_seed(settings.seed * 1_000_003 + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.learning_rate * schedule(recipe, self.step, settings.steps)
        self.network.train()
        with self._autocast():
            loss, logits = self._loss(optical, dsm, target)
            if self.photos:
                outlines = outline_loss(
                    logits, labels.to(settings.device), self.order.index(BUILDING)
                )
                loss = loss + self.problem.photo_weight * outlines
        if self.hard_scenes:
            self.hard_scenes.learn(batch.scenes, logits, target, IGNORE)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self._average()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise NadirError(
                f"The loss became {value} at step {self.step}; lower --learning-rate and start "
                f"again from {self.folder / 'last.pt'}."
            )
        return value

    def _autocast(self) -> torch.autocast:
        kind = self.settings.device.split(":")[0]
        return torch.autocast(kind, torch.bfloat16, enabled=self.settings.precision != "fp32")

    def _loss(self, optical: Tensor, dsm: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """The loss and the logits of a batch."""
        recipe = self.settings.recipe
        seen = prepare(self.variant, optical, dsm)
        if recipe.masked_share:
            seen = mask_one_modality(
                *seen, recipe.masked_share, recipe.masked_areas, self.facts.absent_heights or 0.0
            )
        part = np.s_[..., : target.shape[-2], : target.shape[-1]]
        auxiliary: tuple[Tensor, ...] = ()
        if recipe.auxiliary_weight and isinstance(self.network, WithTrainingHeads):
            logits, *others = self.network.forward_training(*seen)
            auxiliary = tuple(other[part].float() for other in others)
        else:
            logits = self.network(*seen)
        logits = logits[part].float()
        weight = self._class_weights
        loss = nn.functional.cross_entropy(logits, target, weight=weight, ignore_index=IGNORE)
        total = loss
        if recipe.overlap_weight:
            total = total + recipe.overlap_weight * overlap_loss(logits, target, IGNORE)
        for head in auxiliary:
            hard = hard_pixel_loss(head, logits, target, weight, IGNORE)
            total = total + recipe.auxiliary_weight * hard
        if self.distillation:
            for extra in self.distillation.losses(optical, dsm, logits):
                total = total + kept(extra, loss)
        return total, logits

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.settings.recipe.averaging, (1 + self.step) / (10 + self.step))
        for key, value in self.network.state_dict().items():
            if key in self.averaged:
                self.averaged[key].lerp_(value.detach().float(), 1 - decay)

    def averaged_network(self) -> nn.Module:
        """A copy of the network in eval mode with the averaged weights."""
        network = self.variant.build(num_classes=len(self.order))
        state = {k: v.clone() for k, v in self.network.state_dict().items()}
        state.update({k: v.clone() for k, v in self.averaged.items()})
        if self.open_head:
            self.open_head.close(state)
        network.load_state_dict(state)
        return network.eval()

    def _validate(self, loss: float) -> None:
        network = self.averaged_network()
        back = np.array(self.order, np.uint8)
        matrix = np.zeros((6, 6), np.int64)
        for index in range(len(self.validation)):
            image = self.validation.images[index][..., :3].transpose(2, 0, 1) / np.float32(255)
            heights = self.validation.heights[index].astype(np.float32)
            dsm = (
                tensor_of_metres(self.facts, heights)
                if self.problem.is_above_ground
                else scale_dsm(heights)
            )
            predicted = predict_raster(network, self.variant, image, dsm, self.window_px)
            matrix += confusion_matrix(self.validation.labels[index], back[predicted])
        found = both_conventions(matrix)[CONVENTION]
        row = {"step": self.step, "loss": loss, "miou": found.mean_iou,
               "oa": found.overall_accuracy}  # fmt: skip
        row |= {
            f"iou {name}": float(value) for name, value in zip(CLASS_NAMES, found.iou, strict=True)
        }
        self.history.append(row)
        each = "  ".join(
            f"{n.split()[0]} {v:.3f}" for n, v in zip(CLASS_NAMES, found.iou, strict=True)
        )
        print(f"== step {self.step}  mIoU {found.mean_iou:.4f}  {each}", flush=True)
        draw_curves(self.history, self.folder / "curves.png")

    def save(self) -> None:
        """Write `last.pt` and `weights.pt`, each in one move so that a kill leaves a whole file."""
        settings = self.settings
        everything = {
            "identity": {key: str(value) for key, value in settings.identity().items()},
            "state_dict": self.network.state_dict(),
            "distillation": self.distillation.state_dict() if self.distillation else None,
            "optimiser": self.optimiser.state_dict(),
            "averaged": self.averaged,
            "wrong_per_scene": (
                torch.from_numpy(self.hard_scenes.wrong) if self.hard_scenes else None
            ),
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
        }
        _save_whole(everything, self.folder / "last.pt")
        latest = self.history[-1] if self.history else {}
        weights = {
            "network": settings.network,
            "variant": self.variant_name,
            "num_classes": len(self.order),
            "state_dict": {
                key: value.half().float() if value.is_floating_point() else value
                for key, value in self.averaged_network().state_dict().items()
            },
            "trained_on": self.description(),
            "scores": _score_entries(latest),
            "bands": self.bands,
            "problem": self.problem.name,
            "classes": self.facts.class_table(len(self.order)),
            "licence": "Apache-2.0",
        }
        if settings.data != "scenes":
            weights.pop("licence")
        _save_whole(weights, self.folder / "weights.pt")

    def description(self) -> str:
        """One honest sentence for the manifest."""
        settings = self.settings
        if settings.data == "scenes":
            data = f"{settings.bank_scenes} synthetic scenes of Nadir's own generator"
        else:
            data = f"{len(self.bank)} scenes of the folder '{Path(settings.data).name}'"
        if self.photos and settings.photos:
            data += (
                f" and the outlines of buildings in {len(self.photos)} photos of the folder "
                f"'{settings.photos.folder.name}'"
            )
            if settings.photos.credit:
                data += f", {settings.photos.credit}"
        begun = "further from given weights" if settings.init else "from scratch"
        minutes = round(self.seconds / 60)
        return (
            f"Trained {begun} on {data} ({self.step} steps, {minutes} minutes, recipe "
            f"'{settings.recipe_name}', seed {settings.seed}); not the papers' weights."
        )


def schedule(recipe: Recipe, step: int, steps: int) -> float:
    """Factor on the learning rate."""
    if recipe.schedule == "steps":
        return 0.1 ** sum(step >= milestone * steps for milestone in recipe.milestones)
    warm_up = min(WARM_UP_STEPS, max(1, steps // 10))
    if step < warm_up:
        return (step + 1) / warm_up
    share = (step - warm_up) / max(1, steps - warm_up)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share))


def _optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(
            trained, recipe.learning_rate, momentum=0.9, weight_decay=recipe.weight_decay
        )
    if recipe.optimiser == "adam":
        return torch.optim.Adam(trained, recipe.learning_rate, weight_decay=recipe.weight_decay)
    decayed = [p for p in trained if p.ndim > 1]
    plain = [p for p in trained if p.ndim <= 1]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, recipe.learning_rate, weight_decay=recipe.weight_decay)


def _score_entries(latest: dict[str, float]) -> list[dict[str, object]]:
    if not latest:
        return []
    per_class = {k[4:]: round(v, 4) for k, v in latest.items() if k.startswith("iou ")}
    return [
        {
            "dataset": "Nadir synthetic scenes",
            "split": "validation seeds",
            "convention": CONVENTION,
            "miou": round(latest["miou"], 4),
            "oa": round(latest["oa"], 4),
            "ioUPerClass": {k: v for k, v in per_class.items() if math.isfinite(v)},
        }
    ]


def _save_whole(content: Mapping[str, object], path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    partial.replace(path)
