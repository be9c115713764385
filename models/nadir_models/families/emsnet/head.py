"""EMSNet's last ReLU, opened while training and closed without a trace."""

from torch import Tensor, nn

from nadir_models.families.emsnet.network import EMSNet

LOGIT_OFFSET = 10.0
"""Mean of the last bias of a closed head, in logits."""


def open_head(network: EMSNet) -> None:
    """Let the logits pass the last ReLU while the network is trained.

    Below zero the ReLU has no gradient, and rare classes never recover. Cross entropy does not
    notice a constant added to all logits, so `close_head` can lift them above zero afterwards:
    the ReLU then changes nothing, and the network is the paper's.
    """
    _, norm, _ = network.final_fused
    nn.init.constant_(norm.weight, 3.0)
    network.final_fused[2] = nn.Identity()


def close_head(state: dict[str, Tensor]) -> None:
    """Shift the last bias of a state dict so that its mean is `LOGIT_OFFSET`."""
    bias = state["final_fused.1.bias"]
    state["final_fused.1.bias"] = bias + (LOGIT_OFFSET - bias.mean())
