"""What taking any rewritten network apart needs. Everything here works in place."""

import torch
from torch import Tensor, nn

from nadir_models.graph.vit import TokenAttention


def pointwise_weight(matrix: Tensor) -> Tensor:
    """A (Cout, Cin) matrix as the weight of a 1x1 convolution."""
    return matrix[:, :, None, None]


def fill_layer(layer: nn.Module, part: nn.Module) -> None:
    """A layer that rewriting left as it was."""
    layer.load_state_dict(part.state_dict())


def shift_only(norm: nn.BatchNorm2d, bias: Tensor) -> None:
    """A batch norm that, in eval mode, only adds `bias`."""
    norm.running_mean.zero_()
    norm.running_var.fill_(1)
    norm.weight.fill_((1 + norm.eps) ** 0.5)
    norm.bias.copy_(bias)


def fill_norm(block: nn.Sequential, folded: nn.Conv2d) -> None:
    """A folded convolution back into the convolution and the norm that a block begins with."""
    block[0].weight.copy_(folded.weight)
    shift_only(block[1], folded.bias)


def split_pointwise(joined: Tensor, inner: nn.Conv2d, outer: nn.Conv2d) -> None:
    """One (Cout, Cin) matrix back into two 1x1 convolutions in a row.

    The inner one computes it, the outer one hands it on; what else the inner one has room for stays
    as drawn, for training to use.
    """
    inner.weight[: len(joined)].copy_(pointwise_weight(joined))
    outer.weight.copy_(pointwise_weight(torch.eye(*outer.weight.shape[:2])))


def fill_transformer(
    block: nn.Module, part: nn.Module, feed_forward: tuple[tuple[nn.Linear, nn.Linear], ...]
) -> None:
    """Attention, norms and feed-forward layers, the last as (layer to fill, layer of the graph)."""
    fill_attention(block.attn, part.attention)
    for layer, source in ((block.norm1, part.norm1), (block.norm2, part.norm2), *feed_forward):
        fill_layer(layer, source)


def fill_attention(attention: nn.Module, part: TokenAttention) -> None:
    """The scale out of q; k and v without biases, which passed into that of the projection."""
    fill_layer(attention.qkv, part.qkv)
    scale = (part.dim // part.heads) ** 0.5
    attention.qkv.weight[: part.dim] *= scale
    attention.qkv.bias[: part.dim] *= scale
    fill_layer(attention.proj, part.proj)


def calibrate(network: nn.Module, seen: tuple[Tensor, Tensor]) -> None:
    """Give every batch norm the statistics of its input, without any effect on what it computes.

    Norms of heads that only train are not reached, and stay fresh.
    """
    found: dict[nn.BatchNorm2d, tuple[Tensor, Tensor]] = {}

    def keep(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        found[norm] = torch.var_mean(inputs[0], (0, 2, 3))

    norms = [part for part in network.modules() if isinstance(part, nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(keep) for norm in norms]
    network(*seen)
    for hook in hooks:
        hook.remove()
    for norm, (variance, mean) in found.items():
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        norm.bias.add_(scale * (mean - norm.running_mean))
        norm.weight.copy_(scale * torch.sqrt(variance + norm.eps))
        norm.running_var.copy_(variance)
        norm.running_mean.copy_(mean)
