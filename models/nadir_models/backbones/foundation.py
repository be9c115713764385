"""How a foundation model's file becomes the backbone of a network, as facts.

`checkpoints.foundation` reads the files and copies their tensors; what may be missing on either
side stands here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Foundation:
    """Meta's file inside a network.

    backbone: the part of the network whose keys are those of the file. left_out: keys of the file
    that are not taken. added: keys of the part that the file does not hold. positions: key of a
    table that is left out where the file's is for another grid. finish: called in place once the
    tensors are copied.
    """

    backbone: Callable[[Any], nn.Module]
    left_out: re.Pattern[str] = NOTHING
    added: re.Pattern[str] = NOTHING
    positions: str | None = None
    finish: Callable[[Any], None] | None = None


SAM = Foundation(
    backbone=lambda network: network.sam,
    # Renamed in the official code of both networks, so in SAM's files but not taken …
    left_out=re.compile(
        r"\.attn\.rel_pos_[hw]$|^mask_decoder\.transformer\.layers\.\d\.mlp\.lin[12]\."
    ),
    # … and the other side of it, beside what tunes the encoder.
    added=re.compile(
        r"_Adapter|\.lora_|\.peft_|\.extra_patch_embed\.|\.attn\.rel_[hw]$"
        r"|^mask_decoder\.transformer\.layers\.\d\.mlp\.(layers|fc)\."
    ),
    positions="image_encoder.pos_embed",
)
