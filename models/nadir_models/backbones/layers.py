"""Blocks that two networks or more share."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_bn_relu6(in_channels: int, out_channels: int, kernel: int) -> nn.Sequential:
    """Convolution without bias, batch norm, ReLU6; same size out."""
    return nn.Sequential(*conv_bn(in_channels, out_channels, kernel), nn.ReLU6())


def conv_bn(in_channels: int, out_channels: int, kernel: int) -> nn.Sequential:
    """Convolution without bias and batch norm; same size out."""
    return nn.Sequential(
        *conv_only(in_channels, out_channels, kernel), nn.BatchNorm2d(out_channels)
    )


def conv_only(in_channels: int, out_channels: int, kernel: int) -> nn.Sequential:
    """One convolution without bias, alone in a sequence as the official key names want it."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, bias=False)
    )


def resize(x: Tensor, size: tuple[int, int] | torch.Size) -> Tensor:
    """Bilinear with half-pixel centres to (h, w); returns x itself when it has that size."""
    if tuple(x.shape[2:]) == tuple(size):
        return x
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def initialise_transformer(module: nn.Module) -> None:
    """Truncated normal weights (deviation 0.02) and zero biases for every linear layer."""
    for child in module.modules():
        if isinstance(child, nn.Linear):
            nn.init.trunc_normal_(child.weight, std=0.02)
            if child.bias is not None:
                nn.init.zeros_(child.bias)
