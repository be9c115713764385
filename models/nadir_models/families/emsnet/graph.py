"""EMSNet for WebGPU: batch norms folded, gates as one sigmoid, transposed convolutions shuffled."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nadir_models.families.emsnet.network import EMSNet, Residual, SAGate
from nadir_models.graph.rewrite import (
    Graph,
    UpsampleByShuffle,
    convolution_from,
    fold_batch_norm,
    pointwise,
)


class ResidualGraph(nn.Module):
    """`Residual` with both batch norms folded and one bias for the sum."""

    def __init__(self, block: Residual) -> None:
        super().__init__()
        self.conv1 = fold_batch_norm(block.conv1, block.bn1)
        self.conv2 = fold_batch_norm(block.conv2, block.bn2)
        self.conv2.bias.data += block.conv3.bias
        self.conv3 = convolution_from(block.conv3, block.conv3.weight, None)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.conv2(torch.relu(self.conv1(x))) + self.conv3(x))


class MergedResidualGraph(nn.Module):
    """`Residual` in two convolutions instead of five dispatches, for inputs that are at least 0.

    conv1 also hands on its subsampled input, which its ReLU leaves alone; conv2 then sums over
    [y, x], the shortcut's 1x1 weights sitting in the centre of its 3x3 kernel. The zeros cost
    multiplications, so this is for the smallest maps, whose convolutions do not fill a GPU.
    """

    def __init__(self, block: Residual) -> None:
        super().__init__()
        conv1 = fold_batch_norm(block.conv1, block.bn1)
        conv2 = fold_batch_norm(block.conv2, block.bn2)
        in_channels = conv1.in_channels
        hand_on = centred(torch.eye(in_channels))
        self.conv1 = convolution_from(
            conv1,
            torch.cat([conv1.weight, hand_on]),
            torch.cat([conv1.bias, torch.zeros(in_channels)]),
        )
        shortcut = centred(block.conv3.weight[:, :, 0, 0])
        self.conv2 = convolution_from(
            conv2, torch.cat([conv2.weight, shortcut], dim=1), conv2.bias + block.conv3.bias
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.conv2(torch.relu(self.conv1(x))))


def centred(matrix: Tensor) -> Tensor:
    """A (Cout, Cin) matrix as the centre of an otherwise zero (Cout, Cin, 3, 3) kernel."""
    return F.pad(matrix[:, :, None, None], (1, 1, 1, 1))


class SAGateGraph(nn.Module):
    """`SAGate` without slices: softmax over two logits is the sigmoid of their difference.

    [a_s, a_o] = sigmoid([z_s - z_o, z_o - z_s]), and the difference folds into the last weights,
    so that one product weighs the concatenated features.
    """

    def __init__(self, gate: SAGate) -> None:
        super().__init__()
        self.fusion1 = gate.fusion1
        self.squeeze = gate.gate[0]
        dsm, optical = gate.gate[2].weight.chunk(2)
        self.excite = convolution_from(
            gate.gate[2], torch.cat([dsm - optical, optical - dsm]), bias=None
        )
        self.fusion2 = gate.fusion2

    def forward(self, dsm: Tensor, optical: Tensor) -> Tensor:
        both = torch.cat([dsm, optical], dim=1)  # (B, 2C, h, w)
        u = self.fusion1(both)  # (B, C, h, w)
        pooled = F.avg_pool2d(u, u.shape[2:]) + F.max_pool2d(u, u.shape[2:])  # (B, C, 1, 1)
        weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(pooled))))  # (B, 2C, 1, 1)
        return self.fusion2(both * weight)


class RestoreGraph(nn.Module):
    """A restore block; PReLU with one slope is LeakyReLU, which fuses into the convolution."""

    def __init__(self, block: nn.Sequential) -> None:
        super().__init__()
        self.conv1, self.conv2 = block[0], block[2]
        self.activation = block[1]
        if isinstance(block[1], nn.PReLU):
            self.activation = nn.LeakyReLU(block[1].weight.item())
        self.up = UpsampleByShuffle(block[4], relu=len(block) == 6)

    def forward(self, x: Tensor) -> Tensor:
        return self.up(torch.relu(self.conv2(self.activation(self.conv1(x)))))


# Inputs of these two come from a ReLU; that of res5_sar comes from a gate and may be negative.
MERGED = ("res5", "res5_sar2")


class EMSNetGraph(Graph):
    """The whole network; module names are those of `EMSNet`."""

    def __init__(self, network: EMSNet) -> None:
        super().__init__()
        rewritten = {Residual: ResidualGraph, SAGate: SAGateGraph, nn.Sequential: RestoreGraph}
        for name, child in network.named_children():
            if name in MERGED:
                setattr(self, name, MergedResidualGraph(child))
            elif name != "final_fused":
                setattr(self, name, rewritten[type(child)](child))

        # Nothing stands between the last gate's 1x1 convolution and the head's: one matrix.
        mix = self.fu_sar_opt.fusion2
        head = fold_batch_norm(network.final_fused[0], network.final_fused[1])
        weight = head.weight[:, :, 0, 0]
        self.fu_sar_opt.fusion2 = pointwise(
            weight @ mix.weight[:, :, 0, 0], weight @ mix.bias + head.bias
        )

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """As `EMSNet.forward`: logits (B, K, H, W), at least 0."""
        return torch.relu(EMSNet.features(self, optical, dsm))
