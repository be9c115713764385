"""Classes of a trained network made rarer or more frequent by a constant on their logits.

A constant on a class's logit is a change of its prior odds (Saerens, Latinne and Decaestecker,
Neural Computation 14, 2002, eq. 2.4): what a training with weighted classes needs where a class is
rarer on real ground than in the scenes it saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nadir_models.checkpoints.read import Checkpoint, require_described
from nadir_models.errors import NadirError
from nadir_models.families.registry import get_family


def with_class_offsets(checkpoint: Checkpoint, offsets: Mapping[str, float]) -> dict[str, Any]:
    """The checkpoint as `train` writes one, with these numbers added to the logits of its classes.

    offsets: natural logarithms by class name. NadirError for a network whose last layer adds
    nothing per class, a file that does not say what it is, or a class it does not have.
    """
    require_described(checkpoint, "The checkpoint")
    facts = checkpoint.facts
    family = get_family(facts["network"])
    if family.class_bias_key is None:
        raise NadirError(
            f"The last layer of {family.title} has no number per class to add to; only a network "
            "whose last layer has one can be offset."
        )
    names = [entry["name"] for entry in facts["classes"]]
    if unknown := [name for name in offsets if name not in names]:
        raise NadirError(
            f"The checkpoint has no class {', '.join(unknown)}; it has {', '.join(names)}."
        )
    state = dict(checkpoint.state_dict)
    bias = state[family.class_bias_key].clone()
    for name, value in offsets.items():
        bias[names.index(name)] += value
    state[family.class_bias_key] = bias
    if family.open_head:
        family.open_head.close(state)
    told = ", ".join(f"{name} {value:+g}" for name, value in offsets.items())
    return {
        **facts,
        "state_dict": state,
        "trained_on": f"{facts.get('trained_on', '')} Logits offset afterwards: {told}.".strip(),
        "scores": [],
    }
