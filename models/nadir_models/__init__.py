"""Networks for optical + DSM segmentation, their checkpoints, and their exports for the browser.

`build_network("emsnet", "base", num_classes=6)` gives a `torch.nn.Module` whose
`forward(optical, dsm)` takes (B, 3, H, W) and (B, 1, H, W) and returns logits (B, K, H, W).
Command line: `python -m nadir_models --help`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nadir_models.families.registry import build_network

__all__ = ["build_network"]


def __getattr__(name: str) -> object:
    """Networks need PyTorch, which takes seconds to load; heights and scenes do without it."""
    if name != "build_network":
        raise AttributeError(name)
    from nadir_models.families.registry import build_network

    return build_network
