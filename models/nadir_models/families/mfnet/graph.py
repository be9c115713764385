"""MFNet for WebGPU: tuned blocks on paired rows, and the decoder with its attention averaged by
products.

LoRA of q, k, v is folded into one matrix per stream; that of the MLP mixes the streams, so it is a
side path of rank 8 on [x | y]. Adapters of both streams are one bottleneck on [x | y].
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones import sam_vit
from nadir_models.families.mfnet import network as mfnet
from nadir_models.graph.rewrite import Graph, convolution_from, fold_batch_norm
from nadir_models.graph.sam import SamTrunk, attention_graph
from nadir_models.graph.vit import add_product, after, block_diagonal, linear


class AdapterBlockGraph(nn.Module):
    """MMAdapter: the attention adapters in one bottleneck, the mixed MLP adapters in another."""

    def __init__(self, block: mfnet.AdapterBlock, side: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = block.norm1, block.norm2
        self.attention = attention_graph(
            block.attn, block.attn.qkv.weight, block.attn.qkv.bias, block.window, side
        )
        attention_adapters = block.Img_Adapter, block.DSM_Adapter
        self.adapter_down = block_diagonal(*(a.D_fc1 for a in attention_adapters))
        self.adapter_up = block_diagonal(*(a.D_fc2 for a in attention_adapters))
        self.lin1, self.lin2 = block.mlp.lin1, block.mlp.lin2
        mixed = block.MLPx_Adapter, block.MLPy_Adapter
        self.mixed_down = block_diagonal(*(a.D_fc1 for a in mixed))
        mix = mixing_matrix(block.wx_Adapter, block.wy_Adapter, self.lin2.out_features)
        self.mixed_up = after(
            linear(mix, torch.zeros(len(mix))), block_diagonal(*(a.D_fc2 for a in mixed))
        )

    def forward(self, rows: Tensor) -> Tensor:
        """(B * N * 2, C) to the same."""
        dim = rows.shape[1]
        attended = self.attention(self.norm1(rows))
        adapted = self.adapter_up(F.gelu(self.adapter_down(attended.reshape(-1, 2 * dim))))
        rows = rows + (attended + adapted.reshape(-1, dim))
        normed = self.norm2(rows)
        mixed = self.mixed_up(F.gelu(self.mixed_down(normed.reshape(-1, 2 * dim))))
        return rows + (self.lin2(F.gelu(self.lin1(normed))) + mixed.reshape(-1, dim))


def mixing_matrix(wx: Tensor, wy: Tensor, dim: int) -> Tensor:
    """[a_x | a_y] to [w_x a_x + (1 - w_x) a_y | (1 - w_y) a_x + w_y a_y]."""
    shares = torch.stack([torch.cat([wx, 1 - wx]), torch.cat([1 - wy, wy])])
    return torch.kron(shares, torch.eye(dim))


class LoraBlockGraph(nn.Module):
    """MMLoRA: q, k and v folded per stream, the MLP's low-rank terms beside the shared product."""

    def __init__(self, block: mfnet.LoraBlock, side: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = block.norm1, block.norm2
        qkv = block.attn.qkv
        folded = torch.stack([qkv.weight + qkv.update("x"), qkv.weight + qkv.update("y")])
        self.attention = attention_graph(block.attn, folded, qkv.bias, block.window, side)
        self.lin1, self.lin2 = LoraPairGraph(block.mlp.lin1), LoraPairGraph(block.mlp.lin2)

    def forward(self, rows: Tensor) -> Tensor:
        """(B * N * 2, C) to the same."""
        rows = rows + self.attention(self.norm1(rows))
        return rows + self.lin2(F.gelu(self.lin1(self.norm2(rows))))


class LoraPairGraph(nn.Module):
    """A shared linear layer plus B_mix A [x | y], the mixing weights folded into B_mix."""

    def __init__(self, layer: mfnet.LoraLinearPair) -> None:
        super().__init__()
        self.shared = linear(layer.weight, layer.bias)
        self.down = linear(torch.block_diag(layer.lora_Ax, layer.lora_Ay), None)
        wx, wy = layer.lora_wx, layer.lora_wy
        self.up = linear(
            torch.cat(
                [
                    torch.cat([wx * layer.lora_Bx, (1 - wx) * layer.lora_By], dim=1),
                    torch.cat([(1 - wy) * layer.lora_Bx, wy * layer.lora_By], dim=1),
                ]
            ),
            None,
        )

    def forward(self, rows: Tensor) -> Tensor:
        """(B * N * 2, in) to (B * N * 2, out)."""
        low = self.down(rows.reshape(-1, 2 * rows.shape[1]))
        shared = self.shared(rows)
        pairs = shared.reshape(-1, 2 * shared.shape[1])
        return add_product(pairs, low, self.up).reshape(-1, shared.shape[1])


class GlobalLocalGraph(nn.Module):
    """UNetFormer's attention on a side x side map.

    The 1x1 local branch sits in the centre of the 3x3 one. The two averages, with their reflected
    row and column, are products with a constant matrix along each axis.
    """

    def __init__(self, attention: mfnet.GlobalLocalAttention, side: int) -> None:
        super().__init__()
        self.side, self.window, self.heads = side, attention.window, attention.heads
        local = fold_batch_norm(attention.local1[0], attention.local1[1])
        centre = fold_batch_norm(attention.local2[0], attention.local2[1])
        self.local = convolution_from(
            local, local.weight + F.pad(centre.weight, (1, 1, 1, 1)), local.bias + centre.bias
        )
        qkv = attention.qkv[0].weight[:, :, 0, 0].clone()
        channels = qkv.shape[1]
        qkv[:channels] *= (channels // self.heads) ** -0.5
        self.qkv = linear(qkv, None)
        self.register_buffer("bias", attention.position_bias().clone())
        self.register_buffer("average", reflected_average(side, self.window))
        self.depthwise = fold_batch_norm(attention.proj[0], attention.proj[1])
        self.pointwise = attention.proj[2]

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) to the same."""
        side, channels = self.side, x.shape[1]
        attended = self.attend(x.permute(0, 2, 3, 1))  # (B, h, w, C)
        down = self.average @ attended.reshape(-1, side, side * channels)
        right = self.average @ attended.reshape(-1, side, channels)
        averaged = down.reshape(-1, side, side, channels) + right.reshape(-1, side, side, channels)
        out = averaged.permute(0, 3, 1, 2) + self.local(x)
        # One reflected row and column; with them the even kernel keeps the size.
        return self.pointwise(self.depthwise(F.pad(out, (0, 1, 0, 1), mode="reflect")))

    def attend(self, x: Tensor) -> Tensor:
        """Window attention on (B, h, w, C)."""
        side, window, heads, channels = self.side, self.window, self.heads, x.shape[3]
        count, tokens, head = side // window, window * window, channels // heads
        x = cut(self.qkv(x.reshape(-1, channels)), count, window, 3 * channels)
        q, k, v = x.split(channels, dim=2)
        shape = (-1, tokens, heads, head)
        q = q.reshape(shape).permute(0, 2, 1, 3)  # (windows, heads, tokens, d)
        k = k.reshape(shape).permute(0, 2, 3, 1)
        v = v.reshape(shape).permute(0, 2, 1, 3)
        mixed = (q @ k + self.bias).softmax(dim=-1) @ v
        mixed = mixed.permute(0, 2, 1, 3).reshape(-1, tokens, channels)
        return cut_back(mixed, count, window, channels)


def cut(rows: Tensor, count: int, window: int, channels: int) -> Tensor:
    """(B * h * w, C) to windows (B * count^2, window^2, C)."""
    if count > 1:
        rows = rows.reshape(-1, count, window, count, window, channels).transpose(2, 3)
    return rows.reshape(-1, window * window, channels)


def cut_back(windows: Tensor, count: int, window: int, channels: int) -> Tensor:
    """Undo `cut`: to (B, h, w, C)."""
    if count > 1:
        windows = windows.reshape(-1, count, count, window, window, channels).transpose(2, 3)
    return windows.reshape(-1, count * window, count * window, channels)


def reflected_average(side: int, window: int) -> Tensor:
    """(side, side): one reflected entry at the end, zeros around, mean over `window` entries."""
    line = torch.eye(side)
    line = torch.cat([line, line[side - 2 : side - 1]])  # (side + 1, side)
    before = (window - 1) // 2
    padded = F.pad(line, (0, 0, before, before))
    return torch.stack([padded[i : i + window].sum(dim=0) / window for i in range(side)])


class DecoderBlockGraph(nn.Module):
    """Attention and MLP; the second norm folds into the MLP's first 1x1 convolution."""

    def __init__(self, block: mfnet.DecoderBlock, side: int) -> None:
        super().__init__()
        norm = block.norm1
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        self.scale = nn.Parameter(scale[:, None, None].clone())
        self.shift = nn.Parameter((norm.bias - norm.running_mean * scale)[:, None, None].clone())
        self.attention = GlobalLocalGraph(block.attn, side)
        self.into, self.out = norm_before(block.norm2, block.mlp.fc1), block.mlp.fc2

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x * self.scale + self.shift)
        return x + self.out(F.relu6(self.into(x)))


def norm_before(norm: nn.BatchNorm2d, convolution: nn.Conv2d) -> nn.Conv2d:
    """convolution(norm(x)) as one 1x1 convolution (no padding, so exact at the edges)."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    weight = convolution.weight[:, :, 0, 0]
    return convolution_from(
        convolution, (weight * scale)[:, :, None, None], weight @ shift + convolution.bias
    )


class WeightedFusionGraph(nn.Module):
    """Sum of the upsampled map and a level that already carries its weight."""

    def __init__(self, fusion: mfnet.WeightedFusion) -> None:
        super().__init__()
        self.register_buffer("share", shares(fusion)[1].reshape(1).clone())
        self.post = fold_batch_norm(fusion.post_conv[0], fusion.post_conv[1])

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return F.relu6(self.post(level + self.share * x))


def shares(fusion: mfnet.WeightedFusion) -> Tensor:
    """(2,): weights of the level and of the upsampled map."""
    positive = torch.relu(fusion.weights)
    return positive / (positive.sum() + 1e-8)


def level_convolution(fusion: mfnet.WeightedFusion) -> nn.Conv2d:
    """The 1x1 convolution behind a pyramid level, its weight folded in."""
    convolution = fusion.pre_conv[0]
    zeros = torch.zeros(convolution.out_channels)
    return convolution_from(convolution, convolution.weight * shares(fusion)[0], zeros)


class RefinementGraph(WeightedFusionGraph):
    """The feature refinement head: x (pa + ca) instead of x pa + x ca."""

    def __init__(self, head: mfnet.FeatureRefinementHead) -> None:
        super().__init__(head)
        self.spatial = head.pa[0]
        self.squeeze, self.excite = head.ca[1][0], head.ca[3][0]
        self.shortcut = fold_batch_norm(head.shortcut[0], head.shortcut[1])
        self.depthwise = fold_batch_norm(head.proj[0], head.proj[1])
        self.pointwise = head.proj[2]

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        x = super().forward(x, level)
        mean = F.avg_pool2d(x, x.shape[2:])
        channel = torch.sigmoid(self.excite(F.relu6(self.squeeze(mean))))
        attended = x * (torch.sigmoid(self.spatial(x)) + channel)
        return F.relu6(self.pointwise(self.depthwise(attended)) + self.shortcut(x))


class MFNetGraph(Graph):
    """The whole network; logits at a quarter of the window, upsampled by the caller."""

    output_stride = 4

    def __init__(self, network: mfnet.MFNet, input_px: int) -> None:
        super().__init__()
        side = input_px // sam_vit.PATCH_PX
        decoder = network.decoder
        graphs = {mfnet.AdapterBlock: AdapterBlockGraph, mfnet.LoraBlock: LoraBlockGraph}
        self.trunk = SamTrunk(
            network,
            side,
            [graphs[type(block)](block, side) for block in network.image_encoder.blocks],
            [
                level_convolution(decoder.p1),
                level_convolution(decoder.p2),
                level_convolution(decoder.p3),
                fold_batch_norm(decoder.pre_conv[0], decoder.pre_conv[1]),
            ],
        )
        self.half_side = side // 2
        self.b4 = DecoderBlockGraph(decoder.b4, side // 2)
        self.p3 = WeightedFusionGraph(decoder.p3)
        self.b3 = DecoderBlockGraph(decoder.b3, side)
        self.p2 = WeightedFusionGraph(decoder.p2)
        self.b2 = DecoderBlockGraph(decoder.b2, 2 * side)
        self.p1 = RefinementGraph(decoder.p1)
        head = decoder.segmentation_head
        self.head = fold_batch_norm(head[0][0], head[0][1])
        self.classifier = head[2][0]

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """As the plain forward, at a quarter of its size: (B, K, H/4, W/4)."""
        (level1, level2, level3), coarsest = self.trunk(optical, dsm)
        half = self.half_side
        x = coarsest.reshape(-1, half, half, coarsest.shape[2]).permute(0, 3, 1, 2)
        x = self.b3(self.p3(self.b4(x), level3))
        x = self.p1(self.b2(self.p2(x, level2)), level1)
        return self.classifier(F.relu6(self.head(x)))
