"""MoBaNet for WebGPU.

DINOv2 family: prompts are two products on [x | y]; the gated fusion's linear parts are one. The
decoder's four maps share a grid, so projections fold into lateral convolutions, and pyramid pooling
is two products with constant matrices. SAM family: prompts fold into the adapters entirely.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones import dinov2, sam_vit
from nadir_models.families.mobanet import network as mobanet
from nadir_models.graph.rewrite import Graph, fold_batch_norm
from nadir_models.graph.sam import SamTrunk, attention_graph
from nadir_models.graph.vit import (
    TokenAttention,
    add_product,
    after,
    block_diagonal,
    linear,
    single_channel,
    stack_streams,
)


class DinoBlockGraph(nn.Module):
    """A DINOv2 block with layer scale folded into the last matrix of each branch."""

    def __init__(self, block: dinov2.Block, tokens: int) -> None:
        super().__init__()
        gamma1, gamma2 = block.ls1.gamma, block.ls2.gamma
        proj = linear(gamma1[:, None] * block.attn.proj.weight, gamma1 * block.attn.proj.bias)
        self.norm1, self.norm2 = block.norm1, block.norm2
        self.attention = TokenAttention(
            block.attn.qkv.weight, block.attn.qkv.bias, proj, block.attn.heads, tokens
        )
        self.gated = isinstance(block.mlp, dinov2.SwiGlu)
        into, out = (block.mlp.w12, block.mlp.w3) if self.gated else (block.mlp.fc1, block.mlp.fc2)
        self.into = into
        self.out = linear(gamma2[:, None] * out.weight, gamma2 * out.bias)

    def forward(self, rows: Tensor) -> Tensor:
        rows = rows + self.attention(self.norm1(rows))
        hidden = self.into(self.norm2(rows))
        if self.gated:
            gate, value = hidden.chunk(2, dim=-1)
            return rows + self.out(gate * torch.sigmoid(gate) * value)
        return rows + self.out(F.gelu(hidden))


class CpiaGraph(nn.Module):
    """Prompts of both streams from [x | y]: two affine maps, the class token left alone."""

    def __init__(self, cpia: mobanet.Cpia, tokens: int) -> None:
        super().__init__()
        self.down, up = prompt_maps(cpia)
        self.up = up
        keep = torch.ones(tokens, 1)
        keep[0] = 0
        self.register_buffer("keep", keep)

    def forward(self, rows: Tensor) -> Tensor:
        dim = rows.shape[1]
        prompt = self.up(self.down(rows.reshape(-1, 2 * dim)))
        patches_only = prompt.reshape(-1, self.keep.shape[0], 2 * dim) * self.keep
        return rows + patches_only.reshape(-1, dim)


def prompt_maps(cpia: mobanet.Cpia) -> tuple[nn.Linear, nn.Linear]:
    """[x | y] to the shared bottleneck, and that to [prompt_x | prompt_y].

    prompt = b + (b * gamma + beta) = (1 + gamma) * b + beta with b = U h + u.
    """
    down = after(cpia.P_fc2, block_diagonal(cpia.D_fc1, cpia.D_fc2))
    scale = torch.cat([1 + cpia.tfts_gamma_rgb, 1 + cpia.tfts_gamma_dsm])
    shift = torch.cat([cpia.tfts_beta_rgb, cpia.tfts_beta_dsm])
    up = linear(
        scale[:, None] * cpia.U_fc1.weight.repeat(2, 1), scale * cpia.U_fc1.bias.repeat(2) + shift
    )
    return down, up


class DgfmGraph(nn.Module):
    """Gated fusion on rows [x | y] of patches.

    W [a, b, |a - b|] = u + W_3 |t| with u and t linear in [x | y]; [g, 1 - g] = sigmoid([z, -z]).
    """

    def __init__(self, dgfm: mobanet.Dgfm, norm: nn.LayerNorm, patches: int) -> None:
        super().__init__()
        a, b = dgfm.rgb_reduce.weight[:, :, 0, 0], dgfm.dsm_reduce.weight[:, :, 0, 0]
        w_a, w_b, w_t = dgfm.gate_net[0].weight[:, :, 0, 0].chunk(3, dim=1)
        self.hidden = a.shape[0]
        reduced = torch.cat([torch.cat([w_a @ a, w_b @ b], 1), torch.cat([a, -b], 1)])
        self.reduce = linear(reduced, None)
        self.difference = linear(w_t, None)
        # One group over all channels and patches is a LayerNorm of the flattened sample.
        group = dgfm.gate_net[1]
        self.group_norm = nn.LayerNorm(patches * self.hidden, eps=group.eps)
        self.group_norm.weight.data = group.weight.repeat(patches)
        self.group_norm.bias.data = group.bias.repeat(patches)
        expand = dgfm.gate_net[3]
        weight = expand.weight[:, :, 0, 0]
        self.expand = linear(torch.cat([weight, -weight]), torch.cat([expand.bias, -expand.bias]))
        self.norm = norm

    def forward(self, pairs: Tensor) -> Tensor:
        """(B * N, 2C) to (B * N, C)."""
        u, t = self.reduce(pairs).split(self.hidden, dim=1)
        mixed = add_product(u, t.abs(), self.difference)
        flat = self.group_norm(mixed.reshape(-1, self.group_norm.normalized_shape[0]))
        gate = torch.sigmoid(self.expand(F.gelu(flat).reshape(-1, self.hidden)))
        x, y = (gate * pairs).chunk(2, dim=1)
        return self.norm(x + y)


class AverageFusion(nn.Module):
    """What replaces `DgfmGraph` where the option switches it off: 0.5 (x + y), no norm."""

    def forward(self, pairs: Tensor) -> Tensor:
        x, y = pairs.chunk(2, dim=1)
        return 0.5 * (x + y)


class PoolingGraph(nn.Module):
    """Pyramid pooling of a side x side map as products with two constant matrices.

    All bins of all stages are rows of one matrix, all stages' channels columns of one; a mask keeps
    each stage's channels at its own bins, so that one product upsamples all of them.
    """

    def __init__(self, ppm: mobanet.PyramidPooling, side: int) -> None:
        super().__init__()
        sizes = [stage[0].output_size for stage in ppm.stages]
        self.register_buffer("average", torch.cat([average_matrix(size, side) for size in sizes]))
        self.register_buffer(
            "spread", torch.cat([bilinear_matrix(size, side) for size in sizes], dim=1)
        )
        folded = [fold_batch_norm(stage[1][0], stage[1][1]) for stage in ppm.stages]
        self.stages = linear(
            torch.cat([layer.weight[:, :, 0, 0] for layer in folded]),
            torch.cat([layer.get_parameter("bias") for layer in folded]),
        )
        bins = torch.block_diag(
            *(
                torch.ones(size * size, layer.out_channels)
                for size, layer in zip(sizes, folded, strict=True)
            )
        )
        self.register_buffer("own_bins", bins)
        self.bottleneck = fold_batch_norm(ppm.bottleneck[0], ppm.bottleneck[1])
        self.side = side

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, h*w, channels) to (B, width, h, w)."""
        channels, count = tokens.shape[2], self.own_bins.shape[0]
        pooled = (self.average @ tokens).reshape(-1, channels)  # (B * bins, channels)
        staged = F.relu6(self.stages(pooled)).reshape(-1, count, self.own_bins.shape[1])
        upsampled = self.spread @ (staged * self.own_bins)  # (B, h*w, 4 * width)
        both = torch.cat([tokens, upsampled], dim=2)
        both = both.reshape(-1, self.side, self.side, both.shape[2]).permute(0, 3, 1, 2)
        return F.relu6(self.bottleneck(both))


def average_matrix(size: int, side: int) -> Tensor:
    """(size^2, side^2): adaptive average pooling of a square map; bins may overlap."""
    line = torch.zeros(size, side)
    for index in range(size):
        start, stop = index * side // size, -(-(index + 1) * side // size)
        line[index, start:stop] = 1 / (stop - start)
    return torch.kron(line, line)


def bilinear_matrix(size: int, side: int) -> Tensor:
    """(side^2, size^2): bilinear resize of a square map with half-pixel centres."""
    impulses = torch.eye(size * size).reshape(size * size, 1, size, size)
    resized = F.interpolate(impulses, size=(side, side), mode="bilinear", align_corners=False)
    return resized.reshape(size * size, side * side).T.contiguous()


class UperNetGraph(nn.Module):
    """UPerNet's convolutions with batch norms folded; laterals are done by the caller."""

    def __init__(self, head: mobanet.UperNetHead, coarsest_side: int) -> None:
        super().__init__()
        self.pool = PoolingGraph(head.ppm, coarsest_side)
        self.fpn = nn.ModuleList(fold_batch_norm(conv[0], conv[1]) for conv in head.fpn_convs)
        self.bottleneck = fold_batch_norm(head.fpn_bottleneck[0], head.fpn_bottleneck[1])
        self.classifier = head.classifier[1][0]

    def forward(self, laterals: list[Tensor], coarsest: Tensor) -> Tensor:
        """Three (B, width, h_i, w_i), finest first, and tokens (B, h*w, channels) to logits."""
        p4 = self.pool(coarsest)
        p3 = laterals[2] + self.enlarge(p4, laterals[2])
        p2 = laterals[1] + self.enlarge(p3, laterals[1])
        p1 = laterals[0] + self.enlarge(p2, laterals[0])
        levels = [F.relu6(conv(p)) for conv, p in zip(self.fpn, (p1, p2, p3), strict=True)]
        joined = torch.cat([self.enlarge(level, p1) for level in (*levels, p4)], dim=1)
        return self.classifier(F.relu6(self.bottleneck(joined)))

    def enlarge(self, x: Tensor, like: Tensor) -> Tensor:
        """Bilinear resize by a constant factor; x itself where the sizes are equal."""
        factor = like.shape[2] // x.shape[2]
        if factor == 1:
            return x
        return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


class MoBaNetDinov2Graph(Graph):
    """The DINOv2 family; logits on the patch grid, upsampled 14-fold by the caller."""

    output_stride = dinov2.PATCH_PX

    def __init__(self, network: mobanet.MoBaNetDinov2, input_px: int) -> None:
        super().__init__()
        encoder = network.image_encoder
        backbone = encoder.backbone
        side = input_px // dinov2.PATCH_PX
        self.side, self.taps = side, encoder.taps
        patches = side * side
        self.patch_embed = backbone.patch_embed.proj
        self.dsm_patch_embed = single_channel(encoder.extra_patch_embed.proj)
        # Row 0 holds the class token with its position; the patches' own row there is padding.
        position = backbone.position(side, side).clone()
        position[:, 0] += backbone.cls_token[0, 0]
        self.register_buffer("position", position[:, :, None])  # (1, 1 + N, 1, C)
        self.prompts = nn.ModuleList(
            CpiaGraph(cpia, 1 + patches) for cpia in encoder.peft_cpia_blocks if encoder.use_cpia
        )
        self.blocks = nn.ModuleList(
            DinoBlockGraph(block, 1 + patches) for block in backbone.blocks[: encoder.taps[-1] + 1]
        )
        self.norm = backbone.norm
        self.fusions = nn.ModuleList(
            DgfmGraph(dgfm, norm, patches) if encoder.use_dgfm else AverageFusion()
            for dgfm, norm in zip(encoder.peft_dgfm_blocks, encoder.peft_fuse_norms, strict=True)
        )
        projections = [layer.weight[:, :, 0, 0] for layer in encoder.dual_proj_layers]
        laterals = [fold_batch_norm(conv[0], conv[1]) for conv in network.decoder.lateral_convs]
        self.laterals = nn.ModuleList(
            linear(lateral.weight[:, :, 0, 0] @ projection, lateral.bias)
            for lateral, projection in zip(laterals, projections[:3], strict=True)
        )
        self.project = linear(projections[3], None)
        self.decoder = UperNetGraph(network.decoder, side)

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """As the plain forward, at 1/14 of its size: (B, K, h, w)."""
        side, dim = self.side, self.position.shape[3]
        both = stack_streams(self.patch_embed(optical), self.dsm_patch_embed(dsm), side, side)
        rows = (F.pad(both, (0, 0, 0, 0, 1, 0)) + self.position).reshape(-1, dim)
        fused, start = [], 0
        for stage, tap in enumerate(self.taps):
            if len(self.prompts):
                rows = self.prompts[stage](rows)
            for block in self.blocks[start : tap + 1]:
                rows = block(rows)
            start = tap + 1
            patches = rows.reshape(-1, 1 + side * side, 2 * dim)[:, 1:].reshape(-1, dim)
            fused.append(self.fusions[stage](self.norm(patches).reshape(-1, 2 * dim)))
        laterals = [
            layer(rows).reshape(-1, side, side, layer.out_features).permute(0, 3, 1, 2)
            for layer, rows in zip(self.laterals, fused[:3], strict=True)
        ]
        coarsest = self.project(fused[3]).reshape(-1, side * side, self.project.out_features)
        return self.decoder(laterals, coarsest)


class PeftBlockGraph(nn.Module):
    """SAM's block with prompts and adapters as one bottleneck on [x | y].

    The adapter sees the prompt only through a linear layer, and the prompt is affine in [x | y]:
    ReLU(D x + P prompt(x, y)) = ReLU(M [x | y] + m).
    """

    def __init__(self, block: mobanet.PeftBlock, side: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = block.norm1, block.norm2
        self.attention = attention_graph(
            block.attn, block.attn.qkv.weight, block.attn.qkv.bias, block.window, side
        )
        self.lin1, self.lin2 = block.mlp.lin1, block.mlp.lin2
        adapters = block.peft_adapter_x, block.peft_adapter_y
        down, up = prompt_maps(block.peft_cpia)
        prompt = after(up, down)  # (2C, 2C), folded away below
        direct = block_diagonal(*(adapter.D_fc1 for adapter in adapters))
        through = after(block_diagonal(*(adapter.D_fc_prompt for adapter in adapters)), prompt)
        self.adapter_down = linear(direct.weight + through.weight, direct.bias + through.bias)
        self.adapter_up = block_diagonal(*(adapter.D_fc2 for adapter in adapters))

    def forward(self, rows: Tensor) -> Tensor:
        dim = rows.shape[1]
        rows = rows + self.attention(self.norm1(rows))
        rows = rows + self.lin2(F.gelu(self.lin1(self.norm2(rows))))
        pairs = rows.reshape(-1, 2 * dim)
        return rows + self.adapter_up(torch.relu(self.adapter_down(pairs))).reshape(-1, dim)


class MoBaNetSamGraph(Graph):
    """The SAM family; its logits are stretched over the whole input, so the resize stays inside."""

    def __init__(self, network: mobanet.MoBaNetSam, input_px: int) -> None:
        super().__init__()
        side = input_px // sam_vit.PATCH_PX
        self.trunk = SamTrunk(
            network,
            side,
            [PeftBlockGraph(block, side) for block in network.image_encoder.blocks],
            [fold_batch_norm(conv[0], conv[1]) for conv in network.decoder.lateral_convs],
        )
        self.decoder = UperNetGraph(network.decoder, side // 2)
        self.stretch = input_px / (4 * side)

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """As the plain forward: (B, K, H, W)."""
        laterals, coarsest = self.trunk(optical, dsm)
        logits = self.decoder(laterals, coarsest)
        return F.interpolate(
            logits, scale_factor=self.stretch, mode="bilinear", align_corners=False
        )
