"""SAM's encoder and the fused pyramid for WebGPU, shared by MFNet and MoBaNet's SAM family.

Windows: attention in 14 x 14 windows of a 16 x 16 grid, zero-padded to 28 x 28 before q, k and v,
is attention over all tokens with other windows masked. With the biases of k and v folded away a
padded token is a zero key with a zero value. While the relative-position tables are zero, as they
are in every checkpoint of the official code, all n zero keys of a window act as one key whose
logit is log n: nothing is padded, nothing is cut into windows. Otherwise the keys are padded, not
the tokens.

Pyramid: a k2 s2 transposed convolution is a product into four phases; norms, activations and the
decoder's 1x1 convolutions act per pixel, so they stay in phase order and only the narrow result is
shuffled into place.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.backbones import sam_vit
from nadir_models.graph.rewrite import convolution_from, pointwise
from nadir_models.graph.vit import (
    MASKED,
    KeyPadding,
    RelativePositions,
    TokenAttention,
    linear,
    single_channel,
    stack_streams,
)


def attention_graph(
    attention: sam_vit.Attention, qkv_weight: Tensor, qkv_bias: Tensor, window: int, side: int
) -> TokenAttention:
    """SAM's attention over a side x side grid, in windows where `window` is not 0."""
    positions = mask = padding = None
    has_positions = bool(attention.rel_h.any() or attention.rel_w.any())
    padded = -(-side // window) * window if window else side
    key_side = padded if has_positions else side
    if has_positions:
        positions = RelativePositions(
            window_table(attention.rel_h, side, key_side, window or side),
            window_table(attention.rel_w, side, key_side, window or side),
        )
    if window and window < side:
        mask = window_mask(side, key_side, window)
        if key_side == side and padded > side:
            mask = torch.cat([mask, zero_key_logits(side, window)], dim=1)
            padding = KeyPadding(side, None)
        elif key_side > side:
            padding = KeyPadding(side, key_side)
    elif window > side:
        raise ValueError(f"a window of {window} tokens does not fit a grid of {side}")
    return TokenAttention(
        qkv_weight,
        qkv_bias,
        attention.proj,
        attention.heads,
        side * side,
        mask=mask,
        positions=positions,
        key_padding=padding,
    )


def window_table(table: Tensor, side: int, key_side: int, window: int) -> Tensor:
    """(side, key_side, d): the entry for every pair in one window, zero for other pairs."""
    inside = sam_vit.relative_table(table, window)  # (window, window, d)
    row, key = torch.arange(side), torch.arange(key_side)
    entries = inside[row % window][:, key % window]
    same = (row // window)[:, None] == (key // window)[None, :]
    return entries * same[..., None]


def window_mask(side: int, key_side: int, window: int) -> Tensor:
    """(side^2, key_side^2): 0 for pairs in one window, MASKED for others."""
    row, key = torch.arange(side) // window, torch.arange(key_side) // window
    same = row[:, None] == key[None, :]  # (side, key_side)
    both = same[:, None, :, None] & same[None, :, None, :]  # (i, j, k, l)
    return torch.where(both, 0.0, MASKED).reshape(side * side, key_side * key_side)


def zero_key_logits(side: int, window: int) -> Tensor:
    """(side^2, 4): log of how many padded tokens the window holds, then three absent keys."""
    index = torch.arange(side) // window
    real = torch.bincount(index)[index]  # real tokens per window side, by position
    padded = window * window - real[:, None] * real[None, :]
    logits = torch.full((side * side, 4), MASKED)
    some = padded.flatten() > 0
    logits[some, 0] = padded.flatten()[some].float().log()
    return logits


class PhaseLevel(nn.Module):
    """One fused pyramid level and the 1x1 convolution behind it.

    fused = x s_x + y s_y with s = sigmoid(W2 ReLU(W1 mean)), then a 1x1 convolution: a product of
    [x s_x | y s_y] with its weights side by side. `means` maps the mean of what the level was made
    from to the mean of the level, where that is linear.
    """

    def __init__(
        self,
        fusion: sam_vit.SqueezeExciteFusion,
        dsm_branch: str,
        means: tuple[nn.Linear | None, nn.Linear | None],
        outer: nn.Conv2d | None,
    ) -> None:
        super().__init__()
        branches = fusion.se_rgb.fc, fusion.get_submodule(dsm_branch).fc
        squeeze = []
        for branch, mean in zip(branches, means, strict=True):
            weight, bias = branch[0].weight[:, :, 0, 0], branch[0].bias
            if mean is not None:
                weight, bias = weight @ mean.weight, weight @ mean.bias + bias
            squeeze.append((weight, bias))
        self.squeeze = pointwise(
            torch.block_diag(*(weight for weight, _ in squeeze)),
            torch.cat([bias for _, bias in squeeze]),
        )
        self.excite = pointwise(
            torch.block_diag(*(branch[2].weight[:, :, 0, 0] for branch in branches)),
            torch.cat([branch[2].bias for branch in branches]),
        )
        channels = branches[0][2].out_channels
        weight = torch.eye(channels) if outer is None else outer.weight[:, :, 0, 0]
        self.outer = linear(weight.repeat(1, 2), None if outer is None else outer.bias)

    def forward(self, pairs: Tensor, source: Tensor) -> Tensor:
        """pairs (B, P, 2 * channels) to (B, P, out); source is what the means are taken of."""
        mean = source.mean(dim=1)[:, :, None, None]  # (B, 2 * channels, 1, 1)
        weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(mean))))
        weighed = pairs * weight.reshape(-1, 1, pairs.shape[2])
        rows = self.outer(weighed.reshape(-1, pairs.shape[2]))
        return rows.reshape(-1, pairs.shape[1], self.outer.out_features)


def phases(deconvolution: nn.ConvTranspose2d) -> nn.Linear:
    """A k2 s2 transposed convolution as a map of a pixel's channels to (phase, channel)."""
    weight = deconvolution.weight.permute(2, 3, 1, 0)  # (p, q, Cout, Cin)
    return linear(weight.reshape(-1, weight.shape[3]), deconvolution.bias.repeat(4))


def mean_of_phases(layer: nn.Linear) -> nn.Linear:
    """The map of the mean pixel to the mean over the pixels it is expanded to."""
    weight = layer.weight.reshape(4, -1, layer.in_features).mean(dim=0)
    return linear(weight, layer.bias.reshape(4, -1).mean(dim=0))


def shuffle(pixels: Tensor, side: int, channels: int) -> Tensor:
    """(B, side^2, 4 * channels) in phase order to (B, 4 * side^2, channels) in row order."""
    grid = pixels.reshape(-1, side, side, 2, 2, channels).permute(0, 1, 3, 2, 4, 5)
    return grid.reshape(-1, 4 * side * side, channels)


def to_map(tokens: Tensor, side: int) -> Tensor:
    """(B, side^2, C) to (B, C, side, side)."""
    return tokens.reshape(-1, side, side, tokens.shape[2]).permute(0, 3, 1, 2)


class SamTrunk(nn.Module):
    """Patches to the decoder's inputs.

    outer: the 1x1 convolutions behind levels 1, 2, 3 and, if there are four, 4.
    """

    def __init__(
        self,
        network: sam_vit.SamSegmenter,
        side: int,
        blocks: list[nn.Module],
        outer: list[nn.Conv2d],
    ) -> None:
        super().__init__()
        encoder = network.image_encoder
        self.side = side
        self.patch_embed = encoder.patch_embed.proj
        dsm_patches = getattr(encoder, "extra_patch_embed", encoder.patch_embed)
        self.dsm_patch_embed = single_channel(dsm_patches.proj)
        position = encoder.position(side, side)
        self.register_buffer("position", position.reshape(1, side * side, 1, -1).clone())
        self.blocks = nn.ModuleList(blocks)

        neck = encoder.neck
        self.neck_in = linear(neck[0].weight[:, :, 0, 0], None)
        self.neck_norm1, self.neck_norm2 = row_norm(neck[1]), row_norm(neck[3])
        self.neck_conv = convolution_from(neck[2], neck[2].weight, None)
        self.channels = neck[0].out_channels

        self.up2x, self.up2y = phases(network.fpn2x[0]), phases(network.fpn2y[0])
        self.up1x, self.norm1x = phases(network.fpn1x[0]), network.fpn1x[1].ln
        self.up1y = fold_norm_into_phases(phases(network.fpn1y[0]), network.fpn1y[1])
        self.up1x_again, self.up1y_again = phases(network.fpn1x[3]), phases(network.fpn1y[3])
        branch = network.fusion1.dsm_branch
        again = mean_of_phases(self.up1x_again), mean_of_phases(self.up1y_again)
        second = mean_of_phases(self.up2x), mean_of_phases(self.up2y)
        self.level1 = PhaseLevel(network.fusion1, branch, again, outer[0])
        self.level2 = PhaseLevel(network.fusion2, branch, second, outer[1])
        self.level3 = PhaseLevel(network.fusion3, branch, (None, None), outer[2])
        coarsest = outer[3] if len(outer) > 3 else None
        self.level4 = PhaseLevel(network.fusion4, branch, (None, None), coarsest)

    def forward(self, optical: Tensor, dsm: Tensor) -> tuple[list[Tensor], Tensor]:
        """Maps of levels 1 to 3 (B, out, h_i, w_i) and tokens of level 4 (B, h*w, out)."""
        side, channels = self.side, self.channels
        x, y = self.patch_embed(optical), self.dsm_patch_embed(dsm)
        dim = self.position.shape[3]
        rows = (stack_streams(x, y, side, side) + self.position).reshape(-1, dim)
        for block in self.blocks:
            rows = block(rows)
        pairs = self.neck(rows)  # (B, N, 2 * channels)
        x, y = pairs.reshape(-1, 2 * channels).split(channels, dim=1)  # (B * N, channels)

        first_x = F.gelu(self.norm1x(self.up1x(x).reshape(-1, channels)))
        first_y = F.gelu(self.up1y(y).reshape(-1, channels))
        finest = join(
            self.up1x_again(first_x), self.up1y_again(first_y), 16 * side * side, channels
        )
        source = join(first_x, first_y, 4 * side * side, channels)
        level1 = self.level1(finest, source)
        level1 = level1.reshape(-1, side * side, 16 * level1.shape[2])
        level1 = shuffle(level1, side, level1.shape[2] // 4)  # second phases still inside
        level1 = shuffle(level1, 2 * side, level1.shape[2] // 4)

        level2 = self.level2(join(self.up2x(x), self.up2y(y), 4 * side * side, channels), pairs)
        level2 = level2.reshape(-1, side * side, 4 * level2.shape[2])
        level2 = shuffle(level2, side, level2.shape[2] // 4)

        halved = F.max_pool2d(to_map(pairs, side), 2)  # (B, 2 * channels, h/2, w/2)
        halved = halved.permute(0, 2, 3, 1).reshape(-1, (side // 2) ** 2, 2 * channels)
        maps = [
            to_map(level1, 4 * side),
            to_map(level2, 2 * side),
            to_map(self.level3(pairs, pairs), side),
        ]
        return maps, self.level4(halved, halved)

    def neck(self, rows: Tensor) -> Tensor:
        """(B * N * 2, C) to [x | y] pixels (B, N, 2 * channels)."""
        side, channels = self.side, self.channels
        tokens = self.neck_norm1(self.neck_in(rows)).reshape(-1, side * side, 2, channels)
        streams = tokens.transpose(1, 2).reshape(-1, side, side, channels)  # (B * 2, h, w, .)
        conv = self.neck_conv(streams.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        normed = self.neck_norm2(conv).reshape(-1, 2, side * side, channels)
        return normed.transpose(1, 2).reshape(-1, side * side, 2 * channels)


def join(x: Tensor, y: Tensor, pixels: int, channels: int) -> Tensor:
    """Rows of both streams, of any number of phases, to [x | y] per pixel (B, pixels, 2C)."""
    both = torch.cat([x.reshape(-1, 1, channels), y.reshape(-1, 1, channels)], dim=1)
    return both.reshape(-1, pixels, 2 * channels)


def row_norm(norm: sam_vit.LayerNorm2d) -> nn.LayerNorm:
    """The channel LayerNorm for tensors whose channels are last."""
    layer = nn.LayerNorm(norm.weight.shape[0], eps=1e-6)
    layer.weight.data, layer.bias.data = norm.weight.data, norm.bias.data
    return layer


def fold_norm_into_phases(layer: nn.Linear, norm: nn.BatchNorm2d) -> nn.Linear:
    """A batch norm behind a transposed convolution, folded into its phases."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    scale, shift = scale.repeat(4), shift.repeat(4)
    return linear(scale[:, None] * layer.weight, scale * layer.bias + shift)
