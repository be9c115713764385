"""EMSNet: a symmetric two-stream encoder-decoder with gated fusion at every level.

Code      https://github.com/wychencc/EMSNet @ 0cbaf68, no licence file. Written from a
          description of its layers, nothing copied; `state_dict` keys, shapes and order are equal.
Deviates  `forward(optical, dsm)`; the official call is `net(dsm, optical)`. Global pooling by
          mean/amax and the gate by slicing, which give the same numbers and export cleanly.

Letters   B batch   H, W window size in pixels (multiples of 32)   C channels   K classes
"""

import torch
from torch import Tensor, nn

from nadir_models.errors import NadirError

GATE_REDUCTION = 16


class Residual(nn.Module):
    """Two 3x3 convolutions plus a 1x1 shortcut that is always present.

    out = ReLU(BN(conv2(ReLU(BN(conv1(x))))) + conv3(x))
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.conv3 = nn.Conv2d(in_channels, out_channels, 1, stride=stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, Cin, H, W) to (B, Cout, H/stride, W/stride)."""
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.conv3(x))


class SAGate(nn.Module):
    """Weigh DSM against optical features per channel, then mix them.

    u = fusion1([s, o]);  a = softmax over {s, o} of gate(GAP(u) + GMP(u));
    out = fusion2([a_s * s, a_o * o])
    """

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        hidden = max(1, channels // GATE_REDUCTION)
        self.fusion1 = nn.Conv2d(2 * channels, channels, 1)
        self.gate = nn.Sequential(
            nn.Conv2d(channels, hidden, 1, bias=False),
            nn.ReLU(),
            nn.Conv2d(hidden, 2 * channels, 1, bias=False),
        )
        self.fusion2 = nn.Conv2d(2 * channels, out_channels, 1)

    def forward(self, dsm: Tensor, optical: Tensor) -> Tensor:
        """Two (B, C, h, w) features to one (B, Cout, h, w)."""
        u = self.fusion1(torch.cat([dsm, optical], dim=1))  # (B, C, h, w)
        pooled = u.mean(dim=(2, 3), keepdim=True) + u.amax(dim=(2, 3), keepdim=True)
        dsm_logit, optical_logit = self.gate(pooled).chunk(2, dim=1)  # (B, C, 1, 1) each
        weight = torch.stack([dsm_logit, optical_logit]).softmax(dim=0)
        return self.fusion2(torch.cat([dsm * weight[0], optical * weight[1]], dim=1))


def restore_deep(
    in_channels: int, hidden: int, bottleneck: int, out_channels: int
) -> nn.Sequential:
    """Decoder step of levels 5, 4 and 3: doubles the grid, PReLU inside, ReLU at the end."""
    return nn.Sequential(
        nn.Conv2d(in_channels, hidden, 3, padding=1),
        nn.PReLU(),
        nn.Conv2d(hidden, bottleneck, 3, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(bottleneck, out_channels, 2, stride=2),
        nn.ReLU(),
    )


def restore_shallow(in_channels: int, hidden: int, out_channels: int) -> nn.Sequential:
    """Decoder step of levels 2 and 1: doubles the grid, no activation at the end."""
    return nn.Sequential(
        nn.Conv2d(in_channels, hidden, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(hidden, hidden, 3, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(hidden, out_channels, 2, stride=2),
    )


class EMSNet(nn.Module):
    """The whole network; `base_channels` 64 is the paper's, other widths keep its proportions."""

    size_multiple = 32

    def __init__(self, num_classes: int, base_channels: int = 64) -> None:
        super().__init__()
        c1 = c2 = base_channels
        c3, c4, c5 = 2 * base_channels, 4 * base_channels, 4 * base_channels
        head = max(16, base_channels // 4)  # six classes need the room, however narrow the rest

        self.res1 = Residual(3, c1, 2)
        self.res2 = Residual(c1, c2, 2)
        self.res3 = Residual(c2, c3, 2)
        self.res4 = Residual(c3, c4, 2)
        self.res5 = Residual(c4, c5, 2)

        self.res1_sar = Residual(1, c1, 2)
        self.res1_sar2 = Residual(c1, c1, 1)
        self.res2_sar = Residual(c1, c2, 2)
        self.res2_sar2 = Residual(c2, c2, 1)
        self.res3_sar = Residual(c2, c3, 2)
        self.res3_sar2 = Residual(c3, c3, 1)
        self.res4_sar = Residual(c3, c4, 2)
        self.res4_sar2 = Residual(c4, c4, 1)
        self.res5_sar = Residual(c4, c5, 2)
        self.res5_sar2 = Residual(c5, c5, 1)

        self.refu5 = SAGate(c5, c5)
        self.refu4 = SAGate(c4, c4)
        self.refu3 = SAGate(c3, c3)
        self.refu2 = SAGate(c2, c2)
        self.refu1 = SAGate(c1, c1)
        self.defu5 = SAGate(c5, c5)
        self.defu4 = SAGate(c4, c4)
        self.defu3 = SAGate(c3, c3)
        self.defu2 = SAGate(c2, c2)
        self.defu1 = SAGate(c1, c1)
        self.fu_sar_opt = SAGate(head, head)

        self.restore5 = restore_deep(c5, c5, c5, c5)
        self.restore4 = restore_deep(c5 + c4, c4, c3, c3)
        self.restore4_sar = restore_deep(c5 + c4, c4, c3, c3)
        self.restore3 = restore_deep(c3 + c3, c3, c3, c2)
        self.restore3_sar = restore_deep(c3 + c3, c3, c3, c2)
        self.restore2 = restore_shallow(c2 + c2, c2, c1)
        self.restore2_sar = restore_shallow(c2 + c2, c2, c1)
        self.restore1 = restore_shallow(c1 + c1, c1, head)
        self.restore1_sar = restore_shallow(c1 + c1, c1, head)

        self.final_fused = nn.Sequential(
            nn.Conv2d(head, num_classes, 1), nn.BatchNorm2d(num_classes), nn.ReLU()
        )

    def forward(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """Optical (B, 3, H, W) and DSM (B, 1, H, W), both in 0..1, to logits >= 0 (B, K, H, W).

        The last layer is a ReLU: a pixel where every class is suppressed is all zero and argmax
        gives class 0. Global pooling makes a result depend on the whole window.
        """
        self._require_legal_size(optical, dsm)
        return self.final_fused(self.features(optical, dsm))

    def features(self, optical: Tensor, dsm: Tensor) -> Tensor:
        """Everything before the head: (B, 16, H, W)."""
        o1 = self.res1(optical)  # (B, 64, H/2, W/2)
        o2 = self.res2(o1)  # (B, 64, H/4, W/4)
        o3 = self.res3(o2)  # (B, 128, H/8, W/8)
        o4 = self.res4(o3)  # (B, 256, H/16, W/16)
        o5 = self.res5(o4)  # (B, 256, H/32, W/32)

        d1 = self.refu1(self.res1_sar2(self.res1_sar(dsm)), o1)
        d2 = self.refu2(self.res2_sar2(self.res2_sar(d1)), o2)
        d3 = self.refu3(self.res3_sar2(self.res3_sar(d2)), o3)
        d4 = self.refu4(self.res4_sar2(self.res4_sar(d3)), o4)
        d5 = self.refu5(self.res5_sar2(self.res5_sar(d4)), o5)

        r5 = self.restore5(o5)  # (B, 256, H/16, W/16)
        r4 = self.restore4(torch.cat([r5, o4], dim=1))  # (B, 128, H/8, W/8)
        r3 = self.restore3(torch.cat([r4, o3], dim=1))  # (B, 64, H/4, W/4)
        r2 = self.restore2(torch.cat([r3, o2], dim=1))  # (B, 64, H/2, W/2)
        r1 = self.restore1(torch.cat([r2, o1], dim=1))  # (B, 16, H, W)

        q5 = self.restore5(self.defu5(d5, o5))
        q4 = self.restore4_sar(torch.cat([q5, self.defu4(d4, r5)], dim=1))
        q3 = self.restore3_sar(torch.cat([q4, self.defu3(d3, r4)], dim=1))
        q2 = self.restore2_sar(torch.cat([q3, self.defu2(d2, r3)], dim=1))
        q1 = self.restore1_sar(torch.cat([q2, self.defu1(d1, r2)], dim=1))

        return self.fu_sar_opt(q1, r1)  # (B, 16, H, W)

    def _require_legal_size(self, optical: Tensor, dsm: Tensor) -> None:
        height, width = optical.shape[2:]
        if dsm.shape[2:] != optical.shape[2:]:
            raise NadirError(
                f"The optical window is {height}x{width} but the DSM window is "
                f"{dsm.shape[2]}x{dsm.shape[3]}; both need the same size."
            )
        multiple = self.size_multiple
        if height % multiple or width % multiple:
            padded = [-(-side // multiple) * multiple for side in (height, width)]
            raise NadirError(
                f"EMSNet needs a window whose sides are multiples of {multiple}, not "
                f"{height}x{width}; pad it to {padded[0]}x{padded[1]}."
            )
