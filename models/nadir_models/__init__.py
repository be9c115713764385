"""Networks for optical + DSM segmentation, their checkpoints, and their exports for the browser.

`build_network("emsnet", "base", num_classes=6)` gives a `torch.nn.Module` whose
`forward(optical, dsm)` takes (B, 3, H, W) and (B, 1, H, W) and returns logits (B, K, H, W).
Command line: `python -m nadir_models --help`.
"""

from nadir_models.families.registry import build_network

__all__ = ["build_network"]
