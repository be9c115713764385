"""DINOv2 vision transformer without registers, as a backbone that two streams pass through.

Paper     Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision", TMLR 2024.
          https://arxiv.org/abs/2304.07193
Deviates  Plain scaled dot-product attention; no masking, no stochastic depth.

Letters   B batch   N patches   C width   h, w patch grid
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PATCH_PX = 14
# The published positional table: 518 px images, 37 x 37 patches.
PUBLISHED_GRID = 37
# Heads are 64 wide; taps are the blocks after which features are taken, at quarters of the depth.
SIZES: dict[str, dict[str, Any]] = {
    "vits14": dict(dim=384, depth=12, heads=6, taps=(2, 5, 8, 11)),
    "vitb14": dict(dim=768, depth=12, heads=12, taps=(2, 5, 8, 11)),
    "vitl14": dict(dim=1024, depth=24, heads=16, taps=(5, 11, 17, 23)),
    "vitg14": dict(dim=1536, depth=40, heads=24, taps=(9, 19, 29, 39), swiglu=True),
}


class PatchEmbed(nn.Module):
    """Non-overlapping patches, one linear map each."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, dim, PATCH_PX, stride=PATCH_PX)

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, 14h, 14w) to (B, h*w, C), row by row."""
        return self.proj(image).flatten(2).transpose(1, 2)


class Attention(nn.Module):
    """Multi-head self-attention with one matrix for q, k and v."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, C) to (B, N, C)."""
        batch, tokens, dim = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, heads, N, head)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, dim))


class LayerScale(nn.Module):
    """One learned factor per channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma


class Mlp(nn.Module):
    """Two linear layers with GELU between."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class SwiGlu(nn.Module):
    """w3(SiLU(x1) * x2) with [x1, x2] = w12(x); the giant variant's feed-forward layer."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        # Two thirds of 4 * dim, rounded up to a multiple of 8.
        hidden = (int(4 * dim * 2 / 3) + 7) // 8 * 8
        self.w12 = nn.Linear(dim, 2 * hidden)
        self.w3 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.w12(x).chunk(2, dim=-1)
        return self.w3(F.silu(gate) * value)


class Block(nn.Module):
    """Pre-norm attention and feed-forward layers with layer scale."""

    def __init__(self, dim: int, heads: int, swiglu: bool) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, heads)
        self.ls1 = LayerScale(dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = SwiGlu(dim) if swiglu else Mlp(dim)
        self.ls2 = LayerScale(dim)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class DinoVisionTransformer(nn.Module):
    """The backbone's parameters; `tokens` and `blocks` are driven by the network that owns it."""

    def __init__(
        self, dim: int, depth: int, heads: int, *, swiglu: bool = False, grid: int = PUBLISHED_GRID
    ) -> None:
        super().__init__()
        self.grid = grid
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + grid * grid, dim))
        self.mask_token = nn.Parameter(torch.zeros(1, dim))
        self.patch_embed = PatchEmbed(dim)
        self.blocks = nn.ModuleList(Block(dim, heads, swiglu) for _ in range(depth))
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.normal_(self.cls_token, std=1e-6)

    def with_position(self, patches: Tensor, height: int, width: int) -> Tensor:
        """Prepend the class token and add positions: (B, h*w, C) to (B, 1 + h*w, C)."""
        cls_token = self.cls_token.expand(patches.shape[0], -1, -1)
        return torch.cat([cls_token, patches], dim=1) + self.position(height, width)

    def position(self, height: int, width: int) -> Tensor:
        """(1, 1 + h*w, C) for a grid of height x width patches.

        Other grids than the table's are resized bicubically by a scale of (n + 0.1) / grid, whose
        coordinates differ from those of a resize to a size.
        """
        if height == width == self.grid:
            return self.pos_embed
        patches = self.pos_embed[:, 1:].reshape(1, self.grid, self.grid, -1).permute(0, 3, 1, 2)
        scale = ((height + 0.1) / self.grid, (width + 0.1) / self.grid)
        resized = F.interpolate(patches, scale_factor=scale, mode="bicubic", align_corners=False)
        return torch.cat([self.pos_embed[:, :1], resized.flatten(2).transpose(1, 2)], dim=1)
