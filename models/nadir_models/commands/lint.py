"""`python -m nadir_models lint`: what WebGPU cannot run, or runs wrongly, in an ONNX file."""

import argparse
from pathlib import Path

from nadir_models.graph.lint import lint, read_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `lint`."""
    parser.add_argument("model", type=Path, help="an ONNX file")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 1 when one of them is an error."""
    findings = lint(read_model(arguments.model))
    for finding in findings:
        print(finding)
    errors = sum(finding.severity == "error" for finding in findings)
    print(f"{arguments.model}: {errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0
