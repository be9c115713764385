"""Turn a network into the same function written for WebGPU: fewer dispatches, no wasted work.

Every family rewrites its networks to a `Graph`: a module without batch norms, train-only parts or
anything computed from sizes, that takes (optical, dsm) and returns logits at 1/`output_stride` of
the window. The building blocks here are exact in real arithmetic; tests compare every rewritten
network with the plain one.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Graph(nn.Module):
    """Base of every rewritten network.

    output_stride: the caller upsamples the logits by it, bilinearly with half-pixel centres.
    """

    output_stride = 1

    def full_size(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """What the plain network returns: the logits at the size of the input."""
        logits = self(optical, dsm)
        if self.output_stride == 1:
            return logits
        return F.interpolate(logits, size=optical.shape[2:], mode="bilinear", align_corners=False)


def fold_batch_norm(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution equal to `norm(convolution(x))` in eval mode.

    w' = w * g / sqrt(v + eps);  b' = (b - m) * g / sqrt(v + eps) + beta
    """
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = torch.zeros_like(norm.bias) if convolution.bias is None else convolution.bias
    return convolution_from(
        convolution,
        convolution.weight * scale[:, None, None, None],
        (bias - norm.running_mean) * scale + norm.bias,
    )


def convolution_from(like: nn.Conv2d, weight: Tensor, bias: Tensor | None) -> nn.Conv2d:
    """A convolution with the geometry of `like` and other numbers; channels follow the weight."""
    folded = nn.Conv2d(
        weight.shape[1] * like.groups,
        weight.shape[0],
        like.kernel_size,
        stride=like.stride,
        padding=like.padding,
        groups=like.groups,
        bias=bias is not None,
    )
    folded.weight.data = weight.detach().clone()
    if bias is not None:
        folded.bias.data = bias.detach().clone()
    return folded


def pointwise(weight: Tensor, bias: Tensor | None) -> nn.Conv2d:
    """A 1x1 convolution from a (Cout, Cin) matrix."""
    template = nn.Conv2d(1, 1, 1)
    return convolution_from(template, weight.reshape(*weight.shape[:2], 1, 1), bias)


class UpsampleByShuffle(nn.Module):
    """A k2 s2 transposed convolution as 1x1 convolution + DepthToSpace.

    out[2i+p, 2j+q] of a k2 s2 transposed convolution needs x[i, j] only, so the four phases (p, q)
    are four blocks of output channels. WebGPU's ConvTranspose is a naive gather; this is a MatMul.
    `relu` moves an activation that followed in front of the shuffle, where it fuses.
    """

    def __init__(self, deconvolution: nn.ConvTranspose2d, relu: bool = False) -> None:
        super().__init__()
        weight = deconvolution.weight  # (Cin, Cout, 2, 2)
        phases = weight.permute(1, 2, 3, 0).reshape(-1, weight.shape[0])  # (Cout*4, Cin)
        self.phases = pointwise(phases, deconvolution.bias.repeat_interleave(4))
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        """(B, Cin, h, w) to (B, Cout, 2h, 2w)."""
        y = self.phases(x)  # (B, Cout*4, h, w)
        return F.pixel_shuffle(torch.relu(y) if self.relu else y, 2)
