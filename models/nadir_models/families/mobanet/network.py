"""MoBaNet: one vision transformer for both modalities, balanced by prompts and gated fusion.

Paper     Li et al., "Parameter-Efficient Modality-Balanced Symmetric Fusion for Multimodal Remote
          Sensing Semantic Segmentation", 2026. https://arxiv.org/abs/2603.17705
Code      https://github.com/sauryeo/MoBaNet @ 77b59b9, no licence file. Written from a description
          of its layers, nothing copied; `state_dict` keys, shapes and order are equal.
Deviates  The forward pass is the test one; the heads of training are reached by `forward_training`.
          Prompts in the DINOv2 family are affine, as in the code; the paper draws an adapter.

Letters   B batch   N patches   C width   h, w patch grid   K classes
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones import dinov2, sam_vit
from nadir_models.backbones.layers import (
    conv_bn,
    conv_bn_relu6,
    conv_only,
    initialise_transformer,
    resize,
)
from nadir_models.errors import NadirError

POOL_SIZES = (1, 2, 3, 6)
POINTWISE = {"kernel_size": 1, "bias": False}


class Cpia(nn.Module):
    """Cross-modal prompt: c = U P [D_rgb x, D_dsm y], scaled and shifted per modality.

    Affine: no activation anywhere. Works on (..., C).
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        reduced = dim // 4
        self.tfts_gamma_rgb = nn.Parameter(torch.ones(dim))
        self.tfts_beta_rgb = nn.Parameter(torch.zeros(dim))
        self.tfts_gamma_dsm = nn.Parameter(torch.ones(dim))
        self.tfts_beta_dsm = nn.Parameter(torch.zeros(dim))
        self.D_fc1 = nn.Linear(dim, reduced)
        self.D_fc2 = nn.Linear(dim, reduced)
        self.P_fc2 = nn.Linear(2 * reduced, reduced)
        self.U_fc1 = nn.Linear(reduced, dim)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Features of both streams to their prompts, all (..., C)."""
        prompt = self.U_fc1(self.P_fc2(torch.cat([self.D_fc1(x), self.D_fc2(y)], dim=-1)))
        return (
            prompt + (prompt * self.tfts_gamma_rgb + self.tfts_beta_rgb),
            prompt + (prompt * self.tfts_gamma_dsm + self.tfts_beta_dsm),
        )


class Dgfm(nn.Module):
    """Difference-guided gated fusion: g x + (1 - g) y with g from [a, b, |a - b|]."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        hidden = max(32, int(dim * 0.125))
        self.rgb_reduce = nn.Conv2d(dim, hidden, **POINTWISE)
        self.dsm_reduce = nn.Conv2d(dim, hidden, **POINTWISE)
        self.gate_net = nn.Sequential(
            nn.Conv2d(3 * hidden, hidden, **POINTWISE),
            nn.GroupNorm(1, hidden),
            nn.GELU(),
            nn.Conv2d(hidden, dim, 1),
            nn.Sigmoid(),
        )
        nn.init.zeros_(self.gate_net[3].weight)
        nn.init.zeros_(self.gate_net[3].bias)

    def forward(self, x: Tensor, y: Tensor, height: int, width: int) -> Tensor:
        """Two (B, h*w, C) token sets to one."""
        x, y = as_map(x, height, width), as_map(y, height, width)
        a, b = self.rgb_reduce(x), self.dsm_reduce(y)
        gate = self.gate_net(torch.cat([a, b, (a - b).abs()], dim=1))
        return (gate * x + (1 - gate) * y).flatten(2).transpose(1, 2)


def as_map(tokens: Tensor, height: int, width: int) -> Tensor:
    """(B, h*w, C) to (B, C, h, w)."""
    return tokens.transpose(1, 2).unflatten(2, (height, width))


class DualDinov2(nn.Module):
    """Both modalities through the same DINOv2 blocks, tapped at four depths."""

    def __init__(
        self,
        backbone: dinov2.DinoVisionTransformer,
        dim: int,
        taps: tuple[int, int, int, int],
        channels: int,
        use_cpia: bool,
        use_dgfm: bool,
    ) -> None:
        super().__init__()
        self.taps, self.use_cpia, self.use_dgfm = taps, use_cpia, use_dgfm
        self.backbone = backbone
        self.extra_patch_embed = dinov2.PatchEmbed(dim)
        self.peft_cpia_blocks = nn.ModuleList(Cpia(dim) for _ in taps)
        self.peft_dgfm_blocks = nn.ModuleList(Dgfm(dim) for _ in taps)
        # Unlike the backbone's norms, these keep the default eps of 1e-5.
        self.peft_fuse_norms = nn.ModuleList(nn.LayerNorm(dim) for _ in taps)
        self.dual_proj_layers = nn.ModuleList(nn.Conv2d(dim, channels, **POINTWISE) for _ in taps)

    def forward(self, optical: Tensor, dsm: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Two (B, 3, H, W) images to four fused maps and the two single-modality first taps.

        Maps are (B, channels, h, w); the second list is [optical, DSM] for the auxiliary heads.
        """
        height, width = (side // dinov2.PATCH_PX for side in optical.shape[2:])
        x = self.backbone.with_position(self.backbone.patch_embed(optical), height, width)
        y = self.backbone.with_position(self.extra_patch_embed(dsm), height, width)
        fused, single = [], []
        start = 0
        for stage, tap in enumerate(self.taps):
            if self.use_cpia:
                x, y = self.prompted(stage, x, y)
            for block in self.backbone.blocks[start : tap + 1]:
                x, y = block(x), block(y)
            start = tap + 1
            xs, ys = self.backbone.norm(x)[:, 1:], self.backbone.norm(y)[:, 1:]  # (B, N, C)
            project = self.dual_proj_layers[stage]
            fused.append(project(as_map(self.fuse(stage, xs, ys, height, width), height, width)))
            if stage == 0:
                single = [project(as_map(tokens, height, width)) for tokens in (xs, ys)]
        return fused, single

    def prompted(self, stage: int, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Add the prompts to the patch tokens; the class tokens pass unchanged."""
        prompt_x, prompt_y = self.peft_cpia_blocks[stage](x[:, 1:], y[:, 1:])
        return (
            torch.cat([x[:, :1], x[:, 1:] + prompt_x], dim=1),
            torch.cat([y[:, :1], y[:, 1:] + prompt_y], dim=1),
        )

    def fuse(self, stage: int, x: Tensor, y: Tensor, height: int, width: int) -> Tensor:
        """Normalised tokens of both streams to one set."""
        if not self.use_dgfm:
            return 0.5 * (x + y)
        return self.peft_fuse_norms[stage](self.peft_dgfm_blocks[stage](x, y, height, width))


class AuxHead(nn.Module):
    """Segmentation head on one modality's features; training only."""

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.conv = conv_bn_relu6(channels, channels, 3)
        self.drop = nn.Dropout(0.1)
        self.conv_out = conv_only(channels, num_classes, 1)

    def forward(self, features: Tensor) -> Tensor:
        return self.conv_out(self.drop(self.conv(features)))


class PyramidPooling(nn.Module):
    """Averages over 1, 2, 3 and 6 bins per side, beside the map itself (PSPNet's module)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(size), conv_bn_relu6(channels, width, 1))
            for size in POOL_SIZES
        )
        self.bottleneck = conv_bn_relu6(channels + len(POOL_SIZES) * width, width, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) to (B, width, h, w)."""
        pooled = [resize(stage(x), x.shape[2:]) for stage in self.stages]
        return self.bottleneck(torch.cat([x, *pooled], dim=1))


class UperNetHead(nn.Module):
    """UPerNet decoder over four maps, finest first."""

    def __init__(self, channels: int, width: int, num_classes: int) -> None:
        super().__init__()
        self.ppm = PyramidPooling(channels, width)
        self.lateral_convs = nn.ModuleList(conv_bn(channels, width, 1) for _ in range(3))
        self.fpn_convs = nn.ModuleList(conv_bn_relu6(width, width, 3) for _ in range(3))
        self.fpn_bottleneck = conv_bn_relu6(4 * width, width, 3)
        self.classifier = nn.Sequential(nn.Dropout2d(0.1), conv_only(width, num_classes, 1))

    def forward(self, features: list[Tensor]) -> Tensor:
        """Four (B, channels, h_i, w_i) to logits (B, K, h_1, w_1)."""
        f1, f2, f3, f4 = features
        p4 = self.ppm(f4)
        p3 = self.lateral_convs[2](f3) + resize(p4, f3.shape[2:])
        p2 = self.lateral_convs[1](f2) + resize(p3, f2.shape[2:])
        p1 = self.lateral_convs[0](f1) + resize(p2, f1.shape[2:])
        levels = [*(conv(p) for conv, p in zip(self.fpn_convs, (p1, p2, p3), strict=True)), p4]
        joined = torch.cat([resize(level, f1.shape[2:]) for level in levels], dim=1)
        return self.classifier(self.fpn_bottleneck(joined))


class MoBaNetDinov2(nn.Module):
    """MoBaNet on DINOv2.

    taps: block indices after which features are taken. use_cpia, use_dgfm: the paper's ablations;
    they change the forward pass, not the keys, so a checkpoint cannot tell.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        dim: int,
        depth: int,
        heads: int,
        taps: tuple[int, int, int, int],
        swiglu: bool = False,
        grid: int = dinov2.PUBLISHED_GRID,
        channels: int = 256,
        decoder_channels: int = 64,
        use_cpia: bool = True,
        use_dgfm: bool = True,
    ) -> None:
        super().__init__()
        if sorted(taps) != list(taps) or len(taps) != 4 or taps[-1] >= depth:
            raise NadirError(
                f"Tap indices {taps} do not fit: give four ascending ones below the depth {depth}."
            )
        backbone = dinov2.DinoVisionTransformer(dim, depth, heads, swiglu=swiglu, grid=grid)
        self.image_encoder = DualDinov2(backbone, dim, taps, channels, use_cpia, use_dgfm)
        self.decoder = UperNetHead(channels, decoder_channels, num_classes)
        self.aux_head_rgb = AuxHead(channels, num_classes)
        self.aux_head_dsm = AuxHead(channels, num_classes)
        initialise_transformer(self)

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """Normalised optical (B, 3, H, W) and DSM 0..1 (B, 1, H, W) to logits (B, K, H, W)."""
        self._require_legal_size(optical)
        fused, _ = self.image_encoder(optical, dsm.expand(-1, 3, -1, -1))
        return resize(self.decoder(fused), optical.shape[2:])

    def forward_training(self, optical: Tensor, dsm: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the fused, the optical and the DSM head, each (B, K, H, W)."""
        self._require_legal_size(optical)
        fused, (rgb, height) = self.image_encoder(optical, dsm.expand(-1, 3, -1, -1))
        size = optical.shape[2:]
        return (
            resize(self.decoder(fused), size),
            resize(self.aux_head_rgb(rgb), size),
            resize(self.aux_head_dsm(height), size),
        )

    def freeze_backbone(self) -> None:
        """Leave only what the paper trains: everything but the DINOv2 weights."""
        self.image_encoder.backbone.requires_grad_(False)

    def _require_legal_size(self, optical: Tensor) -> None:
        height, width = optical.shape[2:]
        patch = dinov2.PATCH_PX
        if height % patch or width % patch:
            padded = [-(-side // patch) * patch for side in (height, width)]
            raise NadirError(
                f"MoBaNet on DINOv2 needs a window whose sides are multiples of {patch}, not "
                f"{height}x{width}; pad it to {padded[0]}x{padded[1]}."
            )


class PromptedAdapter(nn.Module):
    """x + up(ReLU(down(x) + down_prompt(p)))."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        reduced = int(dim * 0.0625)
        self.D_fc1 = nn.Linear(dim, reduced)
        self.D_fc2 = nn.Linear(reduced, dim)
        self.D_fc_prompt = nn.Linear(dim, reduced)

    def forward(self, x: Tensor, prompt: Tensor) -> Tensor:
        hidden = torch.relu(self.D_fc1(x) + self.D_fc_prompt(prompt))
        return x + self.D_fc2(F.dropout(hidden, 0.1, self.training))


class PeftBlock(nn.Module):
    """SAM's block for both streams, followed by prompts and adapters in every block."""

    def __init__(self, dim: int, heads: int, window: int, table_side: int) -> None:
        super().__init__()
        self.window = window
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = sam_vit.Attention(dim, heads, table_side, sam_vit.Qkv(dim))
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = sam_vit.Mlp(dim)
        self.peft_cpia = Cpia(dim)
        self.peft_adapter_x = PromptedAdapter(dim)
        self.peft_adapter_y = PromptedAdapter(dim)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Two (B, h, w, C) to two (B, h, w, C)."""
        x, y = self.backbone_block(x), self.backbone_block(y)
        prompt_x, prompt_y = self.peft_cpia(x, y)
        return self.peft_adapter_x(x, prompt_x), self.peft_adapter_y(y, prompt_y)

    def backbone_block(self, x: Tensor) -> Tensor:
        """The frozen part, the same for either stream."""
        height, width = x.shape[1:3]
        normed = self.norm1(x)
        if self.attn.learns_fast():
            attended = self.attn.in_windows(normed, "x", self.window)
        elif self.window:
            windows = self.attn(sam_vit.partition_windows(normed, self.window), "x")
            attended = sam_vit.join_windows(windows, height, width)
        else:
            attended = self.attn(normed, "x")
        x = x + attended
        return x + self.mlp(self.norm2(x))


class MoBaNetSam(sam_vit.SamSegmenter):
    """MoBaNet on SAM's image encoder.

    image_size: what the stored positional tables were made for: 266 (16 x 16 tokens) or 1024
    (64 x 64). The official script feeds 266 px windows, of which the encoder sees the first 256
    and the logits are stretched over 266; a faithful result keeps that.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        dim: int,
        depth: int,
        heads: int,
        global_blocks: tuple[int, ...],
        image_size: int = 266,
    ) -> None:
        def make_block(window: int, table_side: int) -> nn.Module:
            return PeftBlock(dim, heads, window, table_side)

        grid = image_size // sam_vit.PATCH_PX
        encoder = sam_vit.DualEncoder(
            dim, depth, global_blocks, grid, make_block, extra_patch_embed=True
        )
        initialise_transformer(encoder)
        super().__init__(encoder, channels=256, dsm_branch="se_dsm", published=True)
        self.decoder = UperNetHead(256, 64, num_classes)
        self.aux_head_rgb = AuxHead(256, num_classes)
        self.aux_head_dsm = AuxHead(256, num_classes)

    def forward_training(self, optical: Tensor, dsm: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the fused, the optical and the DSM head, each (B, K, H, W)."""
        levels, finest_x, finest_y = self.pyramid(optical, dsm)
        heads = self.decoder(levels), self.aux_head_rgb(finest_x), self.aux_head_dsm(finest_y)
        fused, rgb, height = (resize(logits, optical.shape[2:]) for logits in heads)
        return fused, rgb, height

    def freeze_backbone(self) -> None:
        """Leave trainable what the authors add to SAM: prompts, adapters, the DSM's patches,
        pyramid, decoder and heads."""
        for name, parameter in self.image_encoder.named_parameters():
            parameter.requires_grad_("peft_" in name or name.startswith("extra_patch_embed."))
