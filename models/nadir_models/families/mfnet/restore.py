"""`rewrite_mfnet` and the trunk of `rewrite_sam` undone, for networks tuned by adapters."""

import onnx
import torch
from torch import Tensor, nn

from nadir_models.families.mfnet.graph import (
    AdapterBlockGraph,
    DecoderBlockGraph,
    MFNetGraph,
    RefinementGraph,
    WeightedFusionGraph,
)
from nadir_models.families.mfnet.network import (
    AdapterBlock,
    DecoderBlock,
    FeatureRefinementHead,
    MFNet,
    WeightedFusion,
)
from nadir_models.graph.restore_layers import (
    fill_layer,
    fill_norm,
    fill_transformer,
    pointwise_weight,
    shift_only,
)
from nadir_models.graph.sam import PhaseLevel, SamTrunk, mean_of_phases

CLASSIFIER = "classifier.weight"
SMALLEST_SHARE, SMALLEST_DIRECTION = 0.05, 1e-3


def renamed(model: onnx.ModelProto, stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """What the file leaves out: a bias that is there already, biases of zero, and a share of the
    decoder that is the same number as that of a coarser level, whose name then stands there."""
    added = {"trunk.dsm_patch_embed.bias": stored["trunk.patch_embed.bias"]}
    for level in (1, 2, 3):
        width = len(stored[f"trunk.level{level}.outer.weight"])
        added[f"trunk.level{level}.outer.bias"] = torch.zeros(width)
    shares = [name for node in model.graph.node for name in node.input if name.endswith(".share")]
    levels = zip((3, 2, 1), shares, strict=False)
    return added | {f"p{level}.share": stored[name] for level, name in levels}


def fill(network: MFNet, graph: MFNetGraph, model: onnx.ModelProto) -> None:
    """The graph's weights to the network; batch norms without effect but scale and shift."""
    trunk, decoder = graph.trunk, network.decoder
    encoder = network.image_encoder
    fill_layer(encoder.patch_embed.proj, trunk.patch_embed)
    encoder.pos_embed.copy_(trunk.position.reshape(encoder.pos_embed.shape))
    for block, part in zip(encoder.blocks, trunk.blocks, strict=True):
        fill_block(block, part)
    fill_pyramid(network, trunk)
    for fusion, part, level in (
        (decoder.p1, graph.p1, trunk.level1),
        (decoder.p2, graph.p2, trunk.level2),
        (decoder.p3, graph.p3, trunk.level3),
    ):
        fill_fusion(fusion, part, level)
    decoder.pre_conv[0].weight.copy_(outer_weight(trunk.level4))
    shift_only(decoder.pre_conv[1], trunk.level4.outer.bias)
    for block, part in ((decoder.b4, graph.b4), (decoder.b3, graph.b3), (decoder.b2, graph.b2)):
        fill_decoder_block(block, part)
    fill_refinement(decoder.p1, graph.p1)
    fill_norm(decoder.segmentation_head[0], graph.head)
    fill_layer(decoder.segmentation_head[2][0], graph.classifier)


def fill_block(block: AdapterBlock, part: AdapterBlockGraph) -> None:
    """MMAdapter: block-diagonal layers cut into their blocks, mixing weights found again."""
    fill_transformer(block, part, ((block.mlp.lin1, part.lin1), (block.mlp.lin2, part.lin2)))
    fill_pair(part.adapter_down, block.Img_Adapter.D_fc1, block.DSM_Adapter.D_fc1)
    fill_pair(part.adapter_up, block.Img_Adapter.D_fc2, block.DSM_Adapter.D_fc2)
    fill_pair(part.mixed_down, block.MLPx_Adapter.D_fc1, block.MLPy_Adapter.D_fc1)

    # [w_x A, (1 - w_x) B; (1 - w_y) A, w_y B]: the blocks below are r and s times those above.
    dim, narrow = block.MLPx_Adapter.D_fc2.weight.shape
    above, below = part.mixed_up.weight.split(dim)
    (a, b), (c, d) = above.split(narrow, dim=1), below.split(narrow, dim=1)
    r, s = (a * c).sum() / (a * a).sum(), (b * d).sum() / (b * b).sum()
    # 1 - w_y = r w_x and w_y = s (1 - w_x); if r = s = 1, any w_x will do.
    wx = (1 - s) / (r - s) if abs(r - s) > SMALLEST_DIRECTION else torch.tensor(0.5)
    if not SMALLEST_SHARE < wx < 1 - SMALLEST_SHARE:
        wx = torch.tensor(0.5)
    wy = 1 - r * wx
    block.wx_Adapter.fill_(wx)
    block.wy_Adapter.fill_(wy)
    block.MLPx_Adapter.D_fc2.weight.copy_(a / wx)
    block.MLPy_Adapter.D_fc2.weight.copy_(b / (1 - wx))
    mix = torch.tensor([[wx, 1 - wx], [1 - wy, wy]])
    biases = torch.linalg.pinv(mix, rtol=SMALLEST_DIRECTION) @ part.mixed_up.bias.reshape(2, dim)
    block.MLPx_Adapter.D_fc2.bias.copy_(biases[0])
    block.MLPy_Adapter.D_fc2.bias.copy_(biases[1])


def fill_pair(joined: nn.Linear, first: nn.Linear, second: nn.Linear) -> None:
    """A block-diagonal layer into its two blocks."""
    out, into = first.weight.shape
    first.weight.copy_(joined.weight[:out, :into])
    second.weight.copy_(joined.weight[out:, into:])
    first.bias.copy_(joined.bias[:out])
    second.bias.copy_(joined.bias[out:])


def fill_pyramid(network: MFNet, trunk: SamTrunk) -> None:
    """Neck, transposed convolutions and the gates of the four levels."""
    neck = network.image_encoder.neck
    neck[0].weight.copy_(pointwise_weight(trunk.neck_in.weight))
    neck[2].weight.copy_(trunk.neck_conv.weight)
    fill_layer(neck[1], trunk.neck_norm1)
    fill_layer(neck[3], trunk.neck_norm2)
    fill_deconvolution(network.fpn2x[0], trunk.up2x)
    fill_deconvolution(network.fpn2y[0], trunk.up2y)
    fill_deconvolution(network.fpn1x[0], trunk.up1x)
    fill_layer(network.fpn1x[1].ln, trunk.norm1x)
    fill_deconvolution(network.fpn1y[0], trunk.up1y)
    shift_only(network.fpn1y[1], network.fpn1y[0].bias)
    network.fpn1y[0].bias.zero_()
    fill_deconvolution(network.fpn1x[3], trunk.up1x_again)
    fill_deconvolution(network.fpn1y[3], trunk.up1y_again)
    means = {
        "fusion1": (mean_of_phases(trunk.up1x_again), mean_of_phases(trunk.up1y_again)),
        "fusion2": (mean_of_phases(trunk.up2x), mean_of_phases(trunk.up2y)),
        "fusion3": (None, None),
        "fusion4": (None, None),
    }
    levels = (trunk.level1, trunk.level2, trunk.level3, trunk.level4)
    for (name, mean), level in zip(means.items(), levels, strict=True):
        fusion = network.get_submodule(name)
        branches = fusion.se_rgb.fc, fusion.get_submodule(fusion.dsm_branch).fc
        fill_gates(branches, level, mean)


def fill_deconvolution(deconvolution: nn.ConvTranspose2d, phases: nn.Linear) -> None:
    """`rewrite_sam.phases` undone."""
    into, out = deconvolution.weight.shape[:2]
    weight = phases.weight.reshape(2, 2, out, into).permute(3, 2, 0, 1)
    deconvolution.weight.copy_(weight)
    deconvolution.bias.copy_(phases.bias[:out])


def fill_gates(
    branches: tuple[nn.Sequential, nn.Sequential],
    level: PhaseLevel,
    means: tuple[nn.Linear | None, nn.Linear | None],
) -> None:
    """Squeeze and excite of both streams; the mean of phases is divided out of the squeeze."""
    for half, (branch, mean) in enumerate(zip(branches, means, strict=True)):
        narrow, channels = branch[0].weight.shape[:2]
        rows, columns = (slice(half * n, (half + 1) * n) for n in (narrow, channels))
        weight, bias = level.squeeze.weight[rows, columns, 0, 0], level.squeeze.bias[rows]
        if mean is not None:
            weight = weight @ torch.linalg.pinv(mean.weight, rtol=SMALLEST_DIRECTION)
            bias = bias - weight @ mean.bias
        branch[0].weight.copy_(pointwise_weight(weight))
        branch[0].bias.copy_(bias)
        branch[2].weight.copy_(level.excite.weight[columns, rows])
        branch[2].bias.copy_(level.excite.bias[columns])


def outer_weight(level: PhaseLevel) -> Tensor:
    """The 1x1 convolution behind a level, which its graph holds once per stream."""
    return pointwise_weight(level.outer.weight.chunk(2, dim=1)[0])


def fill_fusion(fusion: WeightedFusion, part: WeightedFusionGraph, level: PhaseLevel) -> None:
    """Shares that sum to 2, as they begin, and the level's own taken out of its convolution."""
    share = part.share[0]
    fusion.weights.copy_(2 * torch.stack([1 - share, share]))
    fusion.pre_conv[0].weight.copy_(outer_weight(level) / (1 - share))
    fill_norm(fusion.post_conv, part.post)


def fill_refinement(head: FeatureRefinementHead, part: RefinementGraph) -> None:
    """Both attentions and the separable convolution."""
    fill_layer(head.pa[0], part.spatial)
    fill_layer(head.ca[1][0], part.squeeze)
    fill_layer(head.ca[3][0], part.excite)
    fill_norm(head.shortcut, part.shortcut)
    fill_norm(head.proj, part.depthwise)
    fill_layer(head.proj[2], part.pointwise)


def fill_decoder_block(block: DecoderBlock, part: DecoderBlockGraph) -> None:
    """The local branches share the centre of the kernel they became."""
    shift_only(block.norm1, part.shift.flatten())
    block.norm1.weight.mul_(part.scale.flatten())
    shift_only(block.norm2, torch.zeros_like(block.norm2.bias))
    fill_layer(block.mlp.fc1, part.into)
    fill_layer(block.mlp.fc2, part.out)

    attention, graph = block.attn, part.attention
    centre = graph.local.weight[:, :, 1:2, 1:2] / 2
    fill_norm(attention.local1, graph.local)
    attention.local1[0].weight[:, :, 1:2, 1:2] -= centre
    attention.local2[0].weight.copy_(centre)
    shift_only(attention.local2[1], torch.zeros_like(graph.local.bias))
    qkv = graph.qkv.weight.clone()
    channels = qkv.shape[1]
    qkv[:channels] *= (channels // attention.heads) ** 0.5
    attention.qkv[0].weight.copy_(pointwise_weight(qkv))
    entries = graph.bias[0].permute(1, 2, 0).reshape(-1, attention.heads)
    attention.relative_position_bias_table[attention.relative_position_index.flatten()] = entries
    fill_norm(attention.proj, graph.depthwise)
    fill_layer(attention.proj[2], graph.pointwise)
