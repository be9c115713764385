"""`python -m nadir_models table`: reports of `evaluate` side by side, in Markdown."""

import argparse
from pathlib import Path

from nadir_models.errors import NadirError
from nadir_models.evaluate.report_table import SYNTHETIC, report_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `table`."""
    parser.add_argument("reports", type=Path, help="folder of NAME-SCENE.json, as train-all.sh has")
    parser.add_argument("names", nargs="*", help="networks, in this order; all if left out")


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    suffix = f"-{SYNTHETIC}.json"
    found = sorted(path.name.removesuffix(suffix) for path in arguments.reports.glob(f"*{suffix}"))
    if not (names := arguments.names or found):
        raise NadirError(
            f"{arguments.reports} holds no NAME{suffix}: give the folder `reports` that "
            "train-all.sh made, or name the networks."
        )
    print(report_table(arguments.reports, names))
    return 0
