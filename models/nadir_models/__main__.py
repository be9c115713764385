"""`python -m nadir_models COMMAND`: every command is a module with `add_arguments` and `run`."""

import argparse
import importlib
import sys

from nadir_models.errors import NadirError

COMMANDS = {
    "export": "write a network as ONNX with manifest and golden pair, checked against PyTorch",
    "lint": "find what WebGPU cannot run, or runs wrongly, in an ONNX file",
    "count": "multiply-accumulates and GPU dispatches before and after rewriting",
    "restore": "turn an exported network back into a checkpoint to train on from",
    "golden": "PyTorch's logits into the golden pair of an exported network",
    "backbone": "begin a MoBaNet or an MFNet from Meta's DINOv2 or SAM weights",
    "scenes": "generate synthetic scenes with ground truth",
    "train": "train a network on scenes",
    "offset": "make classes of a checkpoint rarer or more frequent",
    "evaluate": "score a checkpoint on scenes",
    "table": "reports of evaluate side by side",
    "batch": "segment a city of tiles on Ray",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code, 1 when the input is at fault."""
    parser = argparse.ArgumentParser(prog="python -m nadir_models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    arguments = sys.argv[1:] if argv is None else argv
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in arguments[:1]:
            module = importlib.import_module(f"nadir_models.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen) or 0
    except NadirError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
