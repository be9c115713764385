"""Vision transformer blocks for WebGPU, both modalities side by side in one tensor.

Tokens are rows of (B * N * 2, C): for every token the optical row, then the DSM row. So shared
weights are one product for both streams, [x | y] of a token is a free view (B * N, 2C), and every
linear layer is a `Gemm`, which adds its bias (or a residual) in the same dispatch.

Attention is written out, not `com.microsoft.MultiHeadAttention`: the fused kernel is wrong on
adapters whose subgroups are smaller than 16 (docs/experiments/attention.md).

Letters   B batch   N tokens of one stream   C width   H heads   d head size   M keys
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# Adding this removes a key from a softmax; infinities are undefined in WGSL, and half precision
# ends at 65504.
MASKED = -3e4


def linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A linear layer holding copies of these numbers."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight.data = weight.detach().clone()
    if bias is not None:
        layer.bias.data = bias.detach().clone()
    return layer


def block_diagonal(first: nn.Linear, second: nn.Linear) -> nn.Linear:
    """[x | y] to [first(x) | second(y)] as one layer."""
    return linear(
        torch.block_diag(first.weight, second.weight), torch.cat([first.bias, second.bias])
    )


def after(outer: nn.Linear, inner: nn.Linear) -> nn.Linear:
    """outer(inner(x)) as one layer."""
    return linear(outer.weight @ inner.weight, outer.weight @ inner.bias + outer.bias)


def add_product(residual: Tensor, x: Tensor, layer: nn.Linear) -> Tensor:
    """residual + x W^T in one Gemm; the layer must have no bias."""
    return torch.addmm(residual, x, layer.weight.t())


class TokenAttention(nn.Module):
    """Self-attention within each stream, with what is constant folded away.

    Folded: the scale into q; the bias of k, which shifts all logits of a query alike; the bias of
    v, which passes through a convex combination into the bias of `proj`.

    keys: number of keys; beyond N they are zero keys with zero values, which only enlarge the
    softmax's denominator. mask: (N, keys), added to the logits. positions: relative terms.
    qkv_weight: (3C, C) for both streams or (2, 3C, C), one each.
    """

    def __init__(
        self,
        qkv_weight: Tensor,
        qkv_bias: Tensor,
        proj: nn.Linear,
        heads: int,
        tokens: int,
        *,
        mask: Tensor | None = None,
        positions: "RelativePositions | None" = None,
        key_padding: "KeyPadding | None" = None,
    ) -> None:
        super().__init__()
        dim = proj.in_features
        self.heads, self.tokens, self.dim = heads, tokens, dim
        scale = (dim // heads) ** -0.5
        weight = qkv_weight.clone()
        weight[..., :dim, :] *= scale
        self.per_stream = weight.dim() == 3
        if self.per_stream:
            self.qkv_weight = nn.Parameter(weight.transpose(1, 2).contiguous())  # (2, C, 3C)
            self.query_bias = nn.Parameter(qkv_bias[:dim] * scale)
        else:
            bias = torch.cat([qkv_bias[:dim] * scale, torch.zeros(2 * dim)])
            self.qkv = linear(weight, bias)
        self.proj = linear(proj.weight, proj.bias + proj.weight @ qkv_bias[2 * dim :])
        self.register_buffer("mask", mask)
        self.positions = positions
        self.key_padding = key_padding

    def forward(self, rows: Tensor) -> Tensor:
        """(B * N * 2, C) to the same."""
        tokens, heads, dim = self.tokens, self.heads, self.dim
        head = dim // heads
        if self.per_stream:
            streams = rows.reshape(-1, tokens, 2, dim).transpose(1, 2)  # (B, 2, N, C)
            q, k, v = (streams @ self.qkv_weight).split(dim, dim=-1)
            shape = (-1, 2, tokens, heads, head)
            to_rows, to_columns = (0, 1, 3, 2, 4), (0, 1, 3, 4, 2)
            q = q + self.query_bias
        else:
            q, k, v = self.qkv(rows).split(dim, dim=-1)
            shape = (-1, tokens, 2, heads, head)
            to_rows, to_columns = (0, 2, 3, 1, 4), (0, 2, 3, 4, 1)
        q = q.reshape(shape).permute(to_rows).reshape(-1, tokens, head)  # (B*2*H, N, d)
        k = k.reshape(shape).permute(to_columns).reshape(-1, head, tokens)  # (B*2*H, d, N)
        v = v.reshape(shape).permute(to_rows).reshape(-1, tokens, head)
        positions = None if self.positions is None else self.positions(q)
        if self.key_padding is not None:
            k, v = self.key_padding(k, v)
        logits = q @ k  # (B*2*H, N, M)
        if positions is not None:
            logits = logits + positions
        if self.mask is not None:
            logits = logits + self.mask
        mixed = logits.softmax(dim=-1) @ v
        mixed = mixed.reshape(-1, 2, heads, tokens, head).permute(0, 3, 1, 2, 4)
        return self.proj(mixed.reshape(-1, dim))


class KeyPadding(nn.Module):
    """Zero keys and values: after the last token, or around the grid to its right and bottom."""

    def __init__(self, side: int, padded_side: int | None) -> None:
        super().__init__()
        self.side, self.padded_side = side, padded_side

    def forward(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """(., d, N) and (., N, d) to (., d, M) and (., M, d)."""
        head, side, padded = k.shape[1], self.side, self.padded_side
        if padded is None:
            # One zero key is needed; four keep the products on their vectorised path.
            return F.pad(k, (0, 4)), F.pad(v, (0, 0, 0, 4))
        more = padded - side
        k = F.pad(k.reshape(-1, head, side, side), (0, more, 0, more))
        v = F.pad(v.reshape(-1, side, side, head), (0, 0, 0, more, 0, more))
        return k.reshape(-1, head, padded * padded), v.reshape(-1, padded * padded, head)


class RelativePositions(nn.Module):
    """Decomposed relative positions of a square grid: q . R_h[i, k] + q . R_w[j, l].

    rows, columns: (side, key_side, d) tables; q comes scaled, so the tables carry sqrt(d).
    """

    def __init__(self, rows: Tensor, columns: Tensor) -> None:
        super().__init__()
        self.side, self.key_side, head = rows.shape
        self.rows = nn.Parameter((rows * head**0.5).transpose(1, 2).contiguous())  # (i, d, k)
        self.columns = nn.Parameter((columns * head**0.5).transpose(1, 2).contiguous())

    def forward(self, q: Tensor) -> Tensor:
        """(., N, d) to (., N, M)."""
        side, keys, head = self.side, self.key_side, q.shape[2]
        grid = q.reshape(-1, side, side, head)
        down = grid @ self.rows  # (., i, j, k)
        right = (grid.transpose(1, 2) @ self.columns).transpose(1, 2)  # (., i, j, l)
        return (down[..., :, None] + right[..., None, :]).reshape(-1, side * side, keys * keys)


def stack_streams(optical: Tensor, dsm: Tensor, height: int, width: int) -> Tensor:
    """Two (B, C, h, w) maps to (B, h*w, 2, C)."""
    shape = (-1, height * width, 1, optical.shape[1])
    both = [x.permute(0, 2, 3, 1).reshape(shape) for x in (optical, dsm)]
    return torch.cat(both, dim=2)


def single_channel(convolution: nn.Conv2d) -> nn.Conv2d:
    """The convolution of a one-channel image that was repeated to three."""
    folded = nn.Conv2d(
        1, convolution.out_channels, convolution.kernel_size, stride=convolution.stride
    )
    folded.weight.data = convolution.weight.sum(dim=1, keepdim=True)
    folded.bias.data = convolution.bias.clone()
    return folded
