"""SAM's image encoder (a ViTDet) for two streams, and the feature pyramid built on it.

Papers    Kirillov et al., "Segment Anything", ICCV 2023. https://arxiv.org/abs/2304.02643
          Li et al., "Exploring Plain Vision Transformer Backbones", ECCV 2022 (relative positions,
          Sec. 3). https://arxiv.org/abs/2203.16527
Used by   MFNet and the SAM family of MoBaNet, which put their own blocks into the encoder.

Letters   B batch   h, w token grid   C width   d head size
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones.layers import resize

PATCH_PX = 16
WINDOW = 14
# Blocks of `global_blocks` attend over the whole grid, the others in windows.
SIZES: dict[str, dict[str, Any]] = {
    "vit_b": dict(dim=768, depth=12, heads=12, global_blocks=(2, 5, 8, 11)),
    "vit_l": dict(dim=1024, depth=24, heads=16, global_blocks=(5, 11, 17, 23)),
    "vit_h": dict(dim=1280, depth=32, heads=16, global_blocks=(7, 15, 23, 31)),
}


class PatchEmbed(nn.Module):
    """Non-overlapping 16 px patches; a remainder at the right and bottom edge is ignored."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, dim, PATCH_PX, stride=PATCH_PX)

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, H, W) to (B, h, w, C)."""
        return self.proj(image).permute(0, 2, 3, 1)


class LayerNorm2d(nn.Module):
    """LayerNorm over the channels of (B, C, h, w)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        normed = F.layer_norm(
            x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, eps=1e-6
        )
        return normed.permute(0, 3, 1, 2)


class Qkv(nn.Linear):
    """q, k and v of either stream in one matrix; the stream makes no difference here."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim, 3 * dim)

    def forward(self, input: Tensor, stream: str = "x") -> Tensor:
        """(..., C) to (..., 3C)."""
        return super().forward(input)


class Attention(nn.Module):
    """Attention over a token grid with decomposed relative positions.

    logits = q k^T / sqrt(d) + q . R_h[i - k] + q . R_w[j - l], the last two with unscaled q.
    """

    def __init__(self, dim: int, heads: int, table_side: int, qkv: nn.Module) -> None:
        super().__init__()
        self.heads = heads
        head = dim // heads
        # Frozen in the official training, where these keys never match SAM's and so stay zero.
        self.rel_h = nn.Parameter(torch.zeros(2 * table_side - 1, head), requires_grad=False)
        self.rel_w = nn.Parameter(torch.zeros(2 * table_side - 1, head), requires_grad=False)
        self.qkv = qkv
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor, stream: str) -> Tensor:
        """(B, h, w, C) to (B, h, w, C)."""
        batch, height, width, dim = x.shape
        tokens = height * width
        qkv = self.qkv(x, stream).reshape(batch, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, heads, h*w, d)
        logits = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
        logits = logits + self.position_logits(q, height, width)
        mixed = logits.softmax(dim=-1) @ v
        return self.proj(mixed.transpose(1, 2).reshape(batch, height, width, dim))

    def learns_fast(self) -> bool:
        """Whether a training step may take `in_windows`: the tables are zero and stay so."""
        tables = self.rel_h, self.rel_w
        return self.training and not any(t.requires_grad or bool(t.any()) for t in tables)

    def in_windows(self, x: Tensor, stream: str, window: int) -> Tensor:
        """(B, h, w, C) to the same: what partitioning, `forward` and joining give where the tables
        are zero, without the padding; a window of 0 is the whole grid.

        A padded token is zero, its key and value the biases of k and v. All n of a window are one
        key with log n added to its logit, so that nothing is padded and the fused product serves.
        """
        batch, height, width, dim = x.shape
        qkv = self.qkv(x, stream).flatten(1, 2)
        mask = None
        if window:
            padded = self.qkv.bias.to(qkv.dtype).expand(batch, 1, -1)
            qkv = torch.cat([qkv, padded], dim=1)
            mask = window_logits(height, width, window).to(qkv)
        q, k, v = qkv.unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q[:, :, : height * width], k, v, mask)
        return self.proj(mixed.transpose(1, 2).reshape(batch, height, width, dim))

    def position_logits(self, q: Tensor, height: int, width: int) -> Tensor:
        """(B, heads, h*w, d) to (B, heads, h*w, h*w)."""
        batch, heads, tokens, head = q.shape
        grid = q.reshape(batch, heads, height, width, head)
        rows = grid @ relative_table(self.rel_h, height).transpose(-2, -1)  # (..., i, j, k)
        columns = (
            grid.transpose(2, 3) @ relative_table(self.rel_w, width).transpose(-2, -1)
        ).transpose(2, 3)  # (..., i, j, l)
        both = rows[..., :, None] + columns[..., None, :]  # (B, heads, i, j, k, l)
        return both.reshape(batch, heads, tokens, tokens)


class Mlp(nn.Module):
    """Feed-forward layers, under SAM's names."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.lin1 = nn.Linear(dim, 4 * dim)
        self.lin2 = nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.lin2(F.gelu(self.lin1(x)))


def relative_table(table: Tensor, side: int) -> Tensor:
    """(side, side, d): row [i, k] is the table's entry for the offset i - k.

    A table for another side is resized linearly along its length first.
    """
    length = 2 * side - 1
    if table.shape[0] != length:
        table = F.interpolate(table.T[None], size=length, mode="linear")[0].T
    offset = torch.arange(side)[:, None] - torch.arange(side)[None, :] + side - 1
    return table[offset]


def partition_windows(x: Tensor, window: int) -> Tensor:
    """Cut (B, h, w, C), zero-padded right and bottom, into (B * windows, window, window, C)."""
    batch, height, width, dim = x.shape
    x = F.pad(x, (0, 0, 0, -width % window, 0, -height % window))
    rows, columns = x.shape[1] // window, x.shape[2] // window
    x = x.reshape(batch, rows, window, columns, window, dim)
    return x.transpose(2, 3).reshape(-1, window, window, dim)


def join_windows(windows: Tensor, height: int, width: int) -> Tensor:
    """Undo `partition_windows` and drop the padding: to (B, height, width, C)."""
    side, dim = windows.shape[1], windows.shape[3]
    rows, columns = -(-height // side), -(-width // side)
    x = windows.reshape(-1, rows, columns, side, side, dim).transpose(2, 3)
    return x.reshape(-1, rows * side, columns * side, dim)[:, :height, :width]


@cache
def window_logits(height: int, width: int, window: int) -> Tensor:
    """(h*w, h*w + 1) float64: 0 for tokens of one window, -inf for others, and last the logarithm
    of how many padded tokens the token's window holds."""
    across = -(-width // window)
    row, column = torch.arange(height) // window, torch.arange(width) // window
    of_token = (row[:, None] * across + column).flatten()
    padded = window**2 - torch.bincount(of_token)[of_token]
    apart = of_token[:, None] != of_token
    inside = torch.zeros(apart.shape, dtype=torch.float64).masked_fill(apart, -torch.inf)
    return torch.cat([inside, padded.double().log()[:, None]], dim=1)


class DualEncoder(nn.Module):
    """Both modalities through the same blocks; `make_block(window, table_side)` builds one.

    global_blocks: indices of blocks that attend over the whole grid, the others in windows.
    table_grid: tokens per side that the stored positional tables were made for.
    """

    def __init__(
        self,
        dim: int,
        depth: int,
        global_blocks: tuple[int, ...],
        table_grid: int,
        make_block: Callable[[int, int], nn.Module],
        *,
        out_channels: int = 256,
        window: int = WINDOW,
        extra_patch_embed: bool = False,
    ) -> None:
        super().__init__()
        self.pos_embed = nn.Parameter(torch.zeros(1, table_grid, table_grid, dim))
        self.patch_embed = PatchEmbed(dim)
        if extra_patch_embed:
            self.extra_patch_embed = PatchEmbed(dim)
        self.blocks = nn.ModuleList(
            make_block(0, table_grid) if index in global_blocks else make_block(window, window)
            for index in range(depth)
        )
        self.neck = nn.Sequential(
            nn.Conv2d(dim, out_channels, 1, bias=False),
            LayerNorm2d(out_channels),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            LayerNorm2d(out_channels),
        )

    def forward(self, optical: Tensor, dsm: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, 3, H, W) images to two (B, out_channels, h, w) maps."""
        x = self.patch_embed(optical)
        y = getattr(self, "extra_patch_embed", self.patch_embed)(dsm)
        position = self.position(x.shape[1], x.shape[2])
        x, y = x + position, y + position
        for block in self.blocks:
            x, y = block(x, y)
        return self.neck(x.permute(0, 3, 1, 2)), self.neck(y.permute(0, 3, 1, 2))

    def position(self, height: int, width: int) -> Tensor:
        """(1, h, w, C), resized bicubically from the stored grid where that is another."""
        if tuple(self.pos_embed.shape[1:3]) == (height, width):
            return self.pos_embed
        table = self.pos_embed.permute(0, 3, 1, 2)
        resized = F.interpolate(table, size=(height, width), mode="bicubic", align_corners=False)
        return resized.permute(0, 2, 3, 1)


class Norm2d(nn.Module):
    """LayerNorm over channels, under the key `ln`."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.ln = nn.LayerNorm(channels, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        return self.ln(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class SqueezeExcite(nn.Module):
    """Channel weights from the global mean: x * sigmoid(W2 ReLU(W1 GAP(x)))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc = nn.Sequential(
            nn.Conv2d(channels, channels // 16, 1),
            nn.ReLU(),
            nn.Conv2d(channels // 16, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(x.mean(dim=(2, 3), keepdim=True))


class SqueezeExciteFusion(nn.Module):
    """Sum of both streams, each weighed by its own squeeze-and-excite branch."""

    def __init__(self, channels: int, dsm_branch: str) -> None:
        super().__init__()
        self.se_rgb = SqueezeExcite(channels)
        self.add_module(dsm_branch, SqueezeExcite(channels))
        self.dsm_branch = dsm_branch

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        return self.se_rgb(optical) + self.get_submodule(self.dsm_branch)(dsm)


class SamSegmenter(nn.Module):
    """Encoder, four-level pyramid and fusion; the decoder is the subclass's.

    The encoder is registered twice, as `sam.image_encoder` and as `image_encoder`, because the
    official checkpoints hold its tensors under both names.
    """

    def __init__(
        self, encoder: DualEncoder, channels: int, dsm_branch: str, published: bool
    ) -> None:
        super().__init__()
        self.sam = nn.Module()
        self.sam.image_encoder = encoder
        if published:
            self.sam.prompt_encoder = parameter_bag(prompt_encoder_shapes())
            self.sam.mask_decoder = parameter_bag(mask_decoder_shapes())
        self.image_encoder = encoder
        self.fpn1x = nn.Sequential(double(channels), Norm2d(channels), nn.GELU(), double(channels))
        self.fpn2x = nn.Sequential(double(channels))
        self.fpn1y = nn.Sequential(
            double(channels), nn.BatchNorm2d(channels), nn.GELU(), double(channels)
        )
        self.fpn2y = nn.Sequential(double(channels))
        self.fusion1 = SqueezeExciteFusion(channels, dsm_branch)
        self.fusion2 = SqueezeExciteFusion(channels, dsm_branch)
        self.fusion3 = SqueezeExciteFusion(channels, dsm_branch)
        self.fusion4 = SqueezeExciteFusion(channels, dsm_branch)

    def pyramid(self, optical: Tensor, dsm: Tensor) -> tuple[list[Tensor], Tensor, Tensor]:
        """(B, 3, H, W) and (B, 1, H, W) to fused maps of 4x, 2x, 1x and 1/2 the token grid, and
        the finest map of either stream alone."""
        x, y = self.image_encoder(optical, dsm.expand(-1, 3, -1, -1))
        finest_x, finest_y = self.fpn1x(x), self.fpn1y(y)
        levels = [
            self.fusion1(finest_x, finest_y),
            self.fusion2(self.fpn2x(x), self.fpn2y(y)),
            self.fusion3(x, y),
            self.fusion4(F.max_pool2d(x, 2), F.max_pool2d(y, 2)),
        ]
        return levels, finest_x, finest_y

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """Optical (B, 3, H, W) and DSM (B, 1, H, W), in 0..1, to logits (B, K, H, W)."""
        levels, _, _ = self.pyramid(optical, dsm)
        return resize(self.decoder(levels), optical.shape[2:])


def double(channels: int) -> nn.ConvTranspose2d:
    """Transposed convolution that doubles the grid."""
    return nn.ConvTranspose2d(channels, channels, 2, stride=2)


def parameter_bag(shapes: dict[str, tuple[int, ...]]) -> nn.Module:
    """A module that only holds tensors under dotted names: official keys that nothing reads.

    Names ending in `gaussian_matrix` become buffers, as in SAM.
    """
    root = nn.Module()
    for name, shape in shapes.items():
        *path, leaf = name.split(".")
        holder = root
        for part in path:
            if part not in dict(holder.named_children()):
                holder.add_module(part, nn.Module())
            holder = holder.get_submodule(part)
        if leaf.endswith("gaussian_matrix"):
            holder.register_buffer(leaf, torch.zeros(shape))
        else:
            holder.register_parameter(leaf, nn.Parameter(torch.zeros(shape), requires_grad=False))
    return root


def with_bias(name: str, *weight: int, bias: int | None = None) -> dict[str, tuple[int, ...]]:
    """Shapes of a layer's weight and bias; the bias is as long as the first axis by default."""
    return {f"{name}.weight": weight, f"{name}.bias": (bias or weight[0],)}


def prompt_encoder_shapes() -> dict[str, tuple[int, ...]]:
    """SAM's prompt encoder, in its order."""
    shapes: dict[str, tuple[int, ...]] = {
        "pe_layer.positional_encoding_gaussian_matrix": (2, 128),
        **{f"point_embeddings.{index}.weight": (1, 256) for index in range(4)},
        "not_a_point_embed.weight": (1, 256),
    }
    shapes |= with_bias("mask_downscaling.0", 4, 1, 2, 2) | with_bias("mask_downscaling.1", 4)
    shapes |= with_bias("mask_downscaling.3", 16, 4, 2, 2) | with_bias("mask_downscaling.4", 16)
    shapes |= with_bias("mask_downscaling.6", 256, 16, 1, 1)
    return shapes | {"no_mask_embed.weight": (1, 256)}


def mask_decoder_shapes() -> dict[str, tuple[int, ...]]:
    """SAM's mask decoder with the official renaming of its feed-forward layers, in order."""
    shapes: dict[str, tuple[int, ...]] = {}

    def attention(name: str, inner: int) -> None:
        nonlocal shapes
        for part in ("q_proj", "k_proj", "v_proj"):
            shapes |= with_bias(f"{name}.{part}", inner, 256)
        shapes |= with_bias(f"{name}.out_proj", 256, inner)

    for layer in ("transformer.layers.0", "transformer.layers.1"):
        attention(f"{layer}.self_attn", 256)
        shapes |= with_bias(f"{layer}.norm1", 256)
        attention(f"{layer}.cross_attn_token_to_image", 128)
        shapes |= with_bias(f"{layer}.norm2", 256)
        shapes |= with_bias(f"{layer}.mlp.layers.0.0", 2048, 256)
        shapes |= with_bias(f"{layer}.mlp.fc", 256, 2048)
        shapes |= with_bias(f"{layer}.norm3", 256) | with_bias(f"{layer}.norm4", 256)
        attention(f"{layer}.cross_attn_image_to_token", 128)
    attention("transformer.final_attn_token_to_image", 128)
    shapes |= with_bias("transformer.norm_final_attn", 256)
    shapes |= {"iou_token.weight": (1, 256), "mask_tokens.weight": (4, 256)}
    shapes |= with_bias("output_upscaling.0", 256, 64, 2, 2, bias=64)
    shapes |= with_bias("output_upscaling.1", 64)
    shapes |= with_bias("output_upscaling.3", 64, 32, 2, 2, bias=32)
    for head in (
        *(f"output_hypernetworks_mlps.{index}" for index in range(4)),
        "iou_prediction_head",
    ):
        last = 4 if head == "iou_prediction_head" else 32
        for index, out in enumerate((256, 256, last)):
            shapes |= with_bias(f"{head}.layers.{index}", out, 256)
    return shapes
