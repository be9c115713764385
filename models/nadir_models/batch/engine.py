"""The studio's command line as a process."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

MOST_WORDS = 2000


def run_engine(command: Sequence[str]) -> str:
    """What it prints. RuntimeError with its exit code and the end of its words when it fails."""
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        words = finished.stderr.strip()[-MOST_WORDS:]
        raise RuntimeError(f"the engine ended with code {finished.returncode}: {words}")
    return finished.stdout
