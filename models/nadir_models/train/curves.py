"""The course of a training as a picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def draw_curves(history: list[dict[str, float]], path: Path) -> None:
    """Loss on the left, validation IoU per class and mean on the right."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
    steps = [row["step"] for row in history]
    left.plot(steps, [row["loss"] for row in history], marker=".")
    left.set(xlabel="step", ylabel="training loss (mean since the last point)")
    for key in history[-1]:
        if key.startswith("iou "):
            right.plot(steps, [row.get(key, float("nan")) for row in history], label=key[4:], lw=1)
    right.plot(steps, [row["miou"] for row in history], "k", lw=2.5, label="mean of five")
    right.set(xlabel="step", ylabel="validation IoU", ylim=(0, 1))
    right.legend(fontsize=8, loc="lower right")
    right.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
