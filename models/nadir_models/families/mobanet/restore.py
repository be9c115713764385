"""`rewrite_mobanet` undone for the DINOv2 family."""

import onnx
import torch
from torch import Tensor

from nadir_models.backbones.dinov2 import Block
from nadir_models.families.mobanet.graph import (
    CpiaGraph,
    DgfmGraph,
    DinoBlockGraph,
    MoBaNetDinov2Graph,
    UperNetGraph,
)
from nadir_models.families.mobanet.network import Cpia, Dgfm, MoBaNetDinov2, UperNetHead
from nadir_models.graph.restore_layers import (
    fill_layer,
    fill_norm,
    fill_transformer,
    pointwise_weight,
    shift_only,
    split_pointwise,
)

CLASSIFIER = "decoder.classifier.weight"


def renamed(model: onnx.ModelProto, stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of |a - b|, which the file holds transposed and in the order of their use."""
    named = {node.input[1] for node in model.graph.node if node.op_type == "Gemm"}
    used = [name for name in stored if name in named and "." not in name]
    return {f"fusions.{index}.difference.weight": stored[name].T for index, name in enumerate(used)}


def fill(network: MoBaNetDinov2, graph: MoBaNetDinov2Graph, model: onnx.ModelProto) -> None:
    """The graph's weights to the network; batch norms only shift."""
    encoder = network.image_encoder
    backbone = encoder.backbone
    fill_layer(backbone.patch_embed.proj, graph.patch_embed)
    encoder.extra_patch_embed.proj.weight.copy_(graph.dsm_patch_embed.weight.repeat(1, 3, 1, 1) / 3)
    encoder.extra_patch_embed.proj.bias.copy_(graph.dsm_patch_embed.bias)
    backbone.cls_token.zero_()
    backbone.pos_embed.copy_(graph.position[:, :, 0])
    for block, part in zip(backbone.blocks, graph.blocks, strict=True):
        fill_block(block, part)
    fill_layer(backbone.norm, graph.norm)
    for cpia, part in zip(encoder.peft_cpia_blocks, graph.prompts, strict=True):
        fill_prompts(cpia, part)
    for dgfm, norm, part in zip(
        encoder.peft_dgfm_blocks, encoder.peft_fuse_norms, graph.fusions, strict=True
    ):
        fill_fusion(dgfm, part)
        fill_layer(norm, part.norm)
    projections = encoder.dual_proj_layers
    for lateral, projection, part in zip(
        network.decoder.lateral_convs, projections, graph.laterals, strict=False
    ):
        split_pointwise(part.weight, projection, lateral[0])
        shift_only(lateral[1], part.bias)
    projections[3].weight.copy_(pointwise_weight(graph.project.weight))
    fill_decoder(network.decoder, graph.decoder)


def fill_block(block: Block, part: DinoBlockGraph) -> None:
    """Layer scales of one."""
    fill_transformer(block, part, ((block.mlp.fc1, part.into), (block.mlp.fc2, part.out)))
    block.ls1.gamma.fill_(1)
    block.ls2.gamma.fill_(1)


def fill_prompts(cpia: Cpia, part: CpiaGraph) -> None:
    """The bottleneck as the sum of both streams' halves; the optical prompt scaled by 1 + 1."""
    reduced, dim = cpia.D_fc1.weight.shape
    for half, layer in enumerate((cpia.D_fc1, cpia.D_fc2)):
        layer.weight.copy_(part.down.weight[:, half * dim : (half + 1) * dim])
        layer.bias.zero_()
    cpia.P_fc2.weight.copy_(torch.eye(reduced).repeat(1, 2))
    cpia.P_fc2.bias.copy_(part.down.bias)
    optical, dsm = part.up.weight.split(dim)
    cpia.U_fc1.weight.copy_(optical / 2)
    cpia.U_fc1.bias.zero_()
    # Both prompts have the same directions; each channel's ratio is found by least squares.
    ratio = (optical * dsm).sum(1) / (optical * optical).sum(1)
    cpia.tfts_gamma_rgb.fill_(1)
    cpia.tfts_gamma_dsm.copy_(2 * ratio - 1)
    cpia.tfts_beta_rgb.copy_(part.up.bias[:dim])
    cpia.tfts_beta_dsm.copy_(part.up.bias[dim:])


def fill_fusion(dgfm: Dgfm, part: DgfmGraph) -> None:
    """[w_a a, w_b b] and [a, -b] back to a, b and the weights on them."""
    hidden, dim = dgfm.rgb_reduce.weight.shape[:2]
    mixed, difference = part.reduce.weight.split(hidden)
    a, b = difference[:, :dim], -difference[:, dim:]
    dgfm.rgb_reduce.weight.copy_(pointwise_weight(a))
    dgfm.dsm_reduce.weight.copy_(pointwise_weight(b))
    w_a = mixed[:, :dim] @ torch.linalg.pinv(a)
    w_b = mixed[:, dim:] @ torch.linalg.pinv(b)
    gate = torch.cat([w_a, w_b, part.difference.weight], dim=1)
    dgfm.gate_net[0].weight.copy_(pointwise_weight(gate))
    dgfm.gate_net[1].weight.copy_(part.group_norm.weight[:hidden])
    dgfm.gate_net[1].bias.copy_(part.group_norm.bias[:hidden])
    dgfm.gate_net[3].weight.copy_(pointwise_weight(part.expand.weight[:dim]))
    dgfm.gate_net[3].bias.copy_(part.expand.bias[:dim])


def fill_decoder(head: UperNetHead, part: UperNetGraph) -> None:
    """Every convolution with its norm."""
    weights, biases = part.pool.stages.weight, part.pool.stages.bias
    count = len(head.ppm.stages)
    for stage, weight, bias in zip(
        head.ppm.stages, weights.chunk(count), biases.chunk(count), strict=True
    ):
        stage[1][0].weight.copy_(pointwise_weight(weight))
        shift_only(stage[1][1], bias)
    fill_norm(head.ppm.bottleneck, part.pool.bottleneck)
    for level, folded in zip(head.fpn_convs, part.fpn, strict=True):
        fill_norm(level, folded)
    fill_norm(head.fpn_bottleneck, part.bottleneck)
    fill_layer(head.classifier[1][0], part.classifier)
