"""`rewrite_emsnet` undone."""

import onnx
from torch import Tensor, nn

from nadir_models.families.emsnet.graph import MERGED, EMSNetGraph
from nadir_models.families.emsnet.network import EMSNet, Residual, SAGate
from nadir_models.graph.restore_layers import fill_layer, shift_only, split_pointwise

CLASSIFIER = "fu_sar_opt.fusion2.bias"


def renamed(model: onnx.ModelProto, stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights whose name in the file is another: none."""
    return {}


def fill(network: EMSNet, graph: EMSNetGraph, model: onnx.ModelProto) -> None:
    """The graph's weights to the network; batch norms only shift."""
    slope = slopes(model)
    for name, block in network.named_children():
        part = getattr(graph, name, None)
        if isinstance(block, Residual):
            fill_residual(block, part, merged=name in MERGED)
        elif isinstance(block, SAGate):
            fill_layer(block.fusion1, part.fusion1)
            block.gate[0].weight.copy_(part.squeeze.weight)
            # Only the difference of the two halves counts, and the file holds it twice.
            block.gate[2].weight.copy_(part.excite.weight / 2)
            if name != "fu_sar_opt":
                fill_layer(block.fusion2, part.fusion2)
        elif name != "final_fused":
            fill_layer(block[0], part.conv1)
            fill_layer(block[2], part.conv2)
            if isinstance(block[1], nn.PReLU):
                block[1].weight.fill_(slope[name])
                part.activation.negative_slope = slope[name]  # no tensor, so not loaded
            into, out = block[4].weight.shape[:2]
            phases = part.up.phases
            block[4].weight.copy_(phases.weight.reshape(out, 2, 2, into).permute(3, 0, 1, 2))
            block[4].bias.copy_(phases.bias[::4])
    mix, (head, norm, _) = network.fu_sar_opt.fusion2, network.final_fused
    joined = graph.fu_sar_opt.fusion2
    split_pointwise(joined.weight[:, :, 0, 0], mix, head)
    mix.bias.zero_()
    head.bias.zero_()
    shift_only(norm, joined.bias)


def slopes(model: onnx.ModelProto) -> dict[str, float]:
    """Slope of every LeakyReLU, by the name of the block whose convolution it follows."""
    convolution = {node.output[0]: node for node in model.graph.node if node.op_type == "Conv"}
    return {
        convolution[node.input[0]].input[1].split(".")[0]: node.attribute[0].f
        for node in model.graph.node
        if node.op_type == "LeakyRelu"
    }


def fill_residual(block: Residual, part: nn.Module, merged: bool) -> None:
    """One `ResidualGraph`, or `MergedResidualGraph`, back into its block."""
    into, out = block.conv1.in_channels, block.conv1.out_channels
    shortcut = part.conv2.weight[:, out:, 1:2, 1:2] if merged else part.conv3.weight
    block.conv1.weight.copy_(part.conv1.weight[:out])
    block.conv2.weight.copy_(part.conv2.weight[:, :out])
    block.conv3.weight.copy_(shortcut.reshape(out, into, 1, 1))
    for convolution in (block.conv1, block.conv2, block.conv3):
        convolution.bias.zero_()
    shift_only(block.bn1, part.conv1.bias[:out])
    shift_only(block.bn2, part.conv2.bias)
