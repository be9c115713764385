"""MFNet: SAM's image encoder tuned for two modalities, a fused pyramid and a UNetFormer decoder.

Paper     Ma et al., "A Unified Framework With Multimodal Fine-Tuning for Remote Sensing Semantic
          Segmentation", IEEE TGRS 2025. https://doi.org/10.1109/TGRS.2025.3585238
          Decoder: Wang et al., "UNetFormer", ISPRS J. 2022. https://arxiv.org/abs/2109.08937
Code      https://github.com/sstary/SSRS, folder MFNet, @ 707b454, Apache-2.0 with GPL-3.0 parts.
          Written from a description of its layers, nothing copied; `state_dict` keys, shapes and
          order are equal, tensors under both of their names included.
Deviates  Adapters use GELU, as in the code (the paper writes ReLU). LoRA is added to the slices of
          q and v directly.

Letters   B batch   h, w token grid or map size   C width   K classes
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones import sam_vit
from nadir_models.backbones.layers import conv_bn, conv_bn_relu6, conv_only, initialise_transformer
from nadir_models.errors import NadirError

LORA_RANK = 4
LORA_QKV_SCALE = 0.25


class Adapter(nn.Module):
    """Bottleneck of a quarter of the width: up(GELU(down(x)))."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.D_fc1 = nn.Linear(dim, dim // 4)
        self.D_fc2 = nn.Linear(dim // 4, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.D_fc2(F.gelu(self.D_fc1(x)))


class AdapterBlock(nn.Module):
    """MMAdapter: an adapter per stream after attention, and mixed ones beside the MLP.

    x <- x + mlp(n_x) + w_x A_x(n_x) + (1 - w_x) A_y(n_y), and the same for y with w_y.
    """

    def __init__(self, dim: int, heads: int, window: int, table_side: int) -> None:
        super().__init__()
        self.window = window
        self.wx_Adapter = nn.Parameter(torch.full((1,), 0.5))
        self.wy_Adapter = nn.Parameter(torch.full((1,), 0.5))
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = sam_vit.Attention(dim, heads, table_side, sam_vit.Qkv(dim))
        self.MLPx_Adapter = Adapter(dim)
        self.MLPy_Adapter = Adapter(dim)
        self.Img_Adapter = Adapter(dim)
        self.DSM_Adapter = Adapter(dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = sam_vit.Mlp(dim)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, h, w, C) to two (B, h, w, C)."""
        x = x + self.attend(x, "x", self.Img_Adapter)
        y = y + self.attend(y, "y", self.DSM_Adapter)
        nx, ny = self.norm2(x), self.norm2(y)
        ax, ay = self.MLPx_Adapter(nx), self.MLPy_Adapter(ny)
        x = x + self.mlp(nx) + self.wx_Adapter * ax + (1 - self.wx_Adapter) * ay
        y = y + self.mlp(ny) + self.wy_Adapter * ay + (1 - self.wy_Adapter) * ax
        return x, y

    def attend(self, x: Tensor, stream: str, adapter: Adapter) -> Tensor:
        """Norm, attention in windows, and the stream's adapter with its skip."""
        height, width = x.shape[1:3]
        n = self.norm1(x)
        if self.attn.learns_fast():
            a = self.attn.in_windows(n, stream, self.window)
            return a + adapter(a)
        a = self.attn(sam_vit.partition_windows(n, self.window) if self.window else n, stream)
        a = a + adapter(a)
        return sam_vit.join_windows(a, height, width) if self.window else a


class LoraQkv(nn.Module):
    """q, k and v with low-rank updates of q and v, of its own for either stream.

    q += 0.25 B_q A_q n; v += 0.25 B_v A_v n; k as it is.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        linear = nn.Linear(dim, 3 * dim)
        self.weight, self.bias = linear.weight, linear.bias
        for stream in "xy":
            a = nn.Parameter(torch.empty(2 * LORA_RANK, dim))
            nn.init.kaiming_uniform_(a, a=5**0.5)
            self.register_parameter(f"lora_A{stream}", a)
            self.register_parameter(
                f"lora_B{stream}", nn.Parameter(torch.zeros(2 * dim, LORA_RANK))
            )

    def update(self, stream: str) -> Tensor:
        """(3C, C): what is added to the weight for one stream."""
        a_q, a_v = self.get_parameter(f"lora_A{stream}").chunk(2)
        b_q, b_v = self.get_parameter(f"lora_B{stream}").chunk(2)
        q, v = LORA_QKV_SCALE * b_q @ a_q, LORA_QKV_SCALE * b_v @ a_v
        return torch.cat([q, torch.zeros_like(q), v])

    def forward(self, n: Tensor, stream: str) -> Tensor:
        return F.linear(n, self.weight + self.update(stream), self.bias)


class LoraLinearPair(nn.Module):
    """One linear layer for both streams with low-rank updates that mix them.

    out_x = W x + b + w_x B_x A_x x + (1 - w_x) B_y A_y y, and the same for y with w_y.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        linear = nn.Linear(in_features, out_features)
        self.weight, self.bias = linear.weight, linear.bias
        self.lora_Ax = nn.Parameter(torch.empty(LORA_RANK, in_features))
        self.lora_Ay = nn.Parameter(torch.empty(LORA_RANK, in_features))
        self.lora_Bx = nn.Parameter(torch.zeros(out_features, LORA_RANK))
        self.lora_By = nn.Parameter(torch.zeros(out_features, LORA_RANK))
        self.lora_wx = nn.Parameter(torch.full((1,), 0.5))
        self.lora_wy = nn.Parameter(torch.full((1,), 0.5))
        nn.init.kaiming_uniform_(self.lora_Ax, a=5**0.5)
        nn.init.kaiming_uniform_(self.lora_Ay, a=5**0.5)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        lx = x @ self.lora_Ax.T @ self.lora_Bx.T
        ly = y @ self.lora_Ay.T @ self.lora_By.T
        out_x = F.linear(x, self.weight, self.bias) + self.lora_wx * lx + (1 - self.lora_wx) * ly
        out_y = F.linear(y, self.weight, self.bias) + self.lora_wy * ly + (1 - self.lora_wy) * lx
        return out_x, out_y


class LoraMlp(nn.Module):
    """SAM's feed-forward layers on the pair of streams."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.lin1 = LoraLinearPair(dim, 4 * dim)
        self.lin2 = LoraLinearPair(4 * dim, dim)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        hidden_x, hidden_y = self.lin1(x, y)
        return self.lin2(F.gelu(hidden_x), F.gelu(hidden_y))


class LoraBlock(nn.Module):
    """MMLoRA: SAM's block with low-rank updates in attention and MLP."""

    def __init__(self, dim: int, heads: int, window: int, table_side: int) -> None:
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = sam_vit.Attention(dim, heads, table_side, LoraQkv(dim))
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = LoraMlp(dim)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, h, w, C) to two (B, h, w, C)."""
        x = x + self.attend(x, "x")
        y = y + self.attend(y, "y")
        mx, my = self.mlp(self.norm2(x), self.norm2(y))
        return x + mx, y + my

    def attend(self, x: Tensor, stream: str) -> Tensor:
        """Norm and attention in windows."""
        height, width = x.shape[1:3]
        n = self.norm1(x)
        if self.attn.learns_fast():
            return self.attn.in_windows(n, stream, self.window)
        if not self.window:
            return self.attn(n, stream)
        windows = self.attn(sam_vit.partition_windows(n, self.window), stream)
        return sam_vit.join_windows(windows, height, width)


def separable_conv_bn(channels: int, kernel: int) -> nn.Sequential:
    """Depthwise convolution, batch norm, pointwise convolution; no biases."""
    return nn.Sequential(
        nn.Conv2d(
            channels, channels, kernel, padding=(kernel - 1) // 2, groups=channels, bias=False
        ),
        nn.BatchNorm2d(channels),
        nn.Conv2d(channels, channels, 1, bias=False),
    )


class GlobalLocalAttention(nn.Module):
    """UNetFormer's attention: windows with relative bias, joined across windows by averages."""

    def __init__(self, channels: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer("relative_position_index", relative_position_index(window))
        self.qkv = conv_only(channels, 3 * channels, 1)
        self.local1 = conv_bn(channels, channels, 3)
        self.local2 = conv_bn(channels, channels, 1)
        self.proj = separable_conv_bn(channels, window)
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w), h and w multiples of the window, to the same shape."""
        local = self.local2(x) + self.local1(x)
        attended = self.attend(x)
        window, before = self.window, (self.window - 1) // 2
        rows = F.pad(attended, (0, 0, 0, 1), mode="reflect")
        columns = F.pad(attended, (0, 1, 0, 0), mode="reflect")
        averaged = F.avg_pool2d(rows, (window, 1), 1, (before, 0)) + F.avg_pool2d(
            columns, (1, window), 1, (0, before)
        )
        out = F.pad(averaged + local, (0, 1, 0, 1), mode="reflect")
        return self.proj(out)[:, :, : x.shape[2], : x.shape[3]]

    def attend(self, x: Tensor) -> Tensor:
        """Attention inside windows; channels are ordered (q | k | v) x head x size."""
        batch, channels, height, width = x.shape
        window, heads = self.window, self.heads
        rows, columns = height // window, width // window
        qkv = self.qkv(x).reshape(batch, 3, heads, channels // heads, rows, window, columns, window)
        qkv = qkv.permute(1, 0, 4, 6, 2, 5, 7, 3)  # (3, B, rows, columns, heads, win, win, d)
        q, k, v = qkv.reshape(3, -1, heads, window * window, channels // heads)
        logits = q @ k.transpose(-2, -1) * (channels // heads) ** -0.5 + self.position_bias()
        mixed = logits.softmax(dim=-1) @ v  # (windows, heads, win*win, d)
        mixed = mixed.reshape(batch, rows, columns, heads, window, window, -1)
        return mixed.permute(0, 3, 6, 1, 4, 2, 5).reshape(batch, channels, height, width)

    def position_bias(self) -> Tensor:
        """(1, heads, window^2, window^2) from the table."""
        side = self.window**2
        flat = self.relative_position_bias_table[self.relative_position_index.flatten()]
        return flat.reshape(side, side, self.heads).permute(2, 0, 1)[None]


def relative_position_index(window: int) -> Tensor:
    """(window^2, window^2) table rows for every pair of positions, as in Swin."""
    row, column = torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")
    row, column = row.flatten(), column.flatten()
    down = row[:, None] - row[None, :] + window - 1
    right = column[:, None] - column[None, :] + window - 1
    return down * (2 * window - 1) + right


class ConvMlp(nn.Module):
    """Two 1x1 convolutions with ReLU6 between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, 4 * channels, 1)
        self.fc2 = nn.Conv2d(4 * channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.relu6(self.fc1(x)))


class DecoderBlock(nn.Module):
    """Pre-norm global-local attention and MLP on maps."""

    def __init__(self, channels: int, heads: int, window: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels)
        self.attn = GlobalLocalAttention(channels, heads, window)
        self.mlp = ConvMlp(channels)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class WeightedFusion(nn.Module):
    """Upsample x twofold and mix in a pyramid level with two learned weights that sum to 1."""

    def __init__(self, pyramid_channels: int, channels: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.ones(2))
        self.pre_conv = conv_only(pyramid_channels, channels, 1)
        self.post_conv = conv_bn_relu6(channels, channels, 3)

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        """x (B, C, h, w) and a level (B, P, 2h, 2w) to (B, C, 2h, 2w)."""
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        share = torch.relu(self.weights)
        share = share / (share.sum() + 1e-8)
        return self.post_conv(share[0] * self.pre_conv(level) + share[1] * x)


class FeatureRefinementHead(WeightedFusion):
    """Weighted fusion, then spatial and channel attention side by side."""

    def __init__(self, pyramid_channels: int, channels: int) -> None:
        super().__init__(pyramid_channels, channels)
        self.pa = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels), nn.Sigmoid()
        )
        self.ca = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            conv_only(channels, channels // 16, 1),
            nn.ReLU6(),
            conv_only(channels // 16, channels, 1),
            nn.Sigmoid(),
        )
        self.shortcut = conv_bn(channels, channels, 1)
        self.proj = separable_conv_bn(channels, 3)

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        x = super().forward(x, level)
        refined = self.proj(self.pa(x) * x + self.ca(x) * x)
        return F.relu6(refined + self.shortcut(x))


class UNetFormerDecoder(nn.Module):
    """Pyramid to logits at the finest level."""

    def __init__(
        self, pyramid_channels: int, channels: int, heads: int, window: int, num_classes: int
    ) -> None:
        super().__init__()
        self.pre_conv = conv_bn(pyramid_channels, channels, 1)
        self.b4 = DecoderBlock(channels, heads, window)
        self.b3 = DecoderBlock(channels, heads, window)
        self.p3 = WeightedFusion(pyramid_channels, channels)
        self.b2 = DecoderBlock(channels, heads, window)
        self.p2 = WeightedFusion(pyramid_channels, channels)
        self.p1 = FeatureRefinementHead(pyramid_channels, channels)
        self.segmentation_head = nn.Sequential(
            conv_bn_relu6(channels, channels, 3),
            nn.Dropout2d(0.1),
            conv_only(channels, num_classes, 1),
        )

    def forward(self, levels: list[Tensor]) -> Tensor:
        """Four (B, P, h_i, w_i), finest first, to logits (B, K, h_1, w_1)."""
        r1, r2, r3, r4 = levels
        x = self.b4(self.pre_conv(r4))
        x = self.b3(self.p3(x, r3))
        x = self.b2(self.p2(x, r2))
        return self.segmentation_head(self.p1(x, r1))


class MFNet(sam_vit.SamSegmenter):
    """The whole network.

    tuning: "adpt" (MMAdapter) or "lora" (MMLoRA). image_size: what the stored positional tables
    were made for. published: hold SAM's unused prompt encoder and mask decoder, as official
    checkpoints do.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        tuning: str,
        dim: int,
        depth: int,
        heads: int,
        global_blocks: tuple[int, ...],
        image_size: int = 1024,
        window: int = sam_vit.WINDOW,
        channels: int = 256,
        decoder_channels: int = 64,
        decoder_heads: int = 8,
        decoder_window: int = 8,
        published: bool = True,
    ) -> None:
        block = {"adpt": AdapterBlock, "lora": LoraBlock}[tuning]

        def make_block(block_window: int, table_side: int) -> nn.Module:
            return block(dim, heads, block_window, table_side)

        encoder = sam_vit.DualEncoder(
            dim,
            depth,
            global_blocks,
            image_size // sam_vit.PATCH_PX,
            make_block,
            out_channels=channels,
            window=window,
        )
        initialise_transformer(encoder)
        nn.init.trunc_normal_(encoder.pos_embed, std=0.02)
        super().__init__(encoder, channels, dsm_branch="se_depth", published=published)
        self.decoder = UNetFormerDecoder(
            channels, decoder_channels, decoder_heads, decoder_window, num_classes
        )
        self.side_multiple = 2 * sam_vit.PATCH_PX * decoder_window

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """Optical (B, 3, H, W) and DSM (B, 1, H, W), in 0..1, to logits (B, K, H, W)."""
        height, width = optical.shape[2:]
        if height % self.side_multiple or width % self.side_multiple:
            raise NadirError(
                f"MFNet needs a window whose sides are multiples of {self.side_multiple}, not "
                f"{height}x{width}; other sizes do not divide into its attention windows."
            )
        return super().forward(optical, dsm)

    def freeze_backbone(self) -> None:
        """Leave trainable what the paper tunes in the encoder, the pyramid and the decoder."""
        for name, parameter in self.image_encoder.named_parameters():
            parameter.requires_grad_("_Adapter" in name or "lora_" in name)
