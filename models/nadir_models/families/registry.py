"""Every network there is, by name. A new family is one folder and one line here."""

from typing import Any

from torch import nn

from nadir_models.errors import NadirError
from nadir_models.families.emsnet.family import EMSNET
from nadir_models.families.family import Family, Variant
from nadir_models.families.mfnet.family import MFNET
from nadir_models.families.mobanet.family import MOBANET

FAMILIES: dict[str, Family] = {family.name: family for family in (EMSNET, MOBANET, MFNET)}


def get_family(name: str) -> Family:
    """The family of that name; NadirError lists what there is."""
    if name not in FAMILIES:
        raise NadirError(f"There is no network '{name}'; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[name]


def get_variant(name: str, variant: str | None = None) -> Variant:
    """A size of a network, its default one without; NadirError lists what there is."""
    return get_family(name).variant(variant)


def build_network(
    name: str, variant: str | None = None, num_classes: int = 6, **options: Any
) -> nn.Module:
    """Build a network with random weights; `forward(optical, dsm)` gives (B, num_classes, H, W)."""
    return get_variant(name, variant).build(num_classes=num_classes, **options)
