"""`python -m nadir_models export`: a network as ONNX with manifest, golden pair and STAC item."""

import argparse
from pathlib import Path

from nadir_models.export.score_entries import read_score_entries
from nadir_models.export.write import export
from nadir_models.families.registry import FAMILIES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `export`."""
    parser.add_argument("--network", required=True, help=f"one of {', '.join(FAMILIES)}")
    parser.add_argument("--variant", help="size of the network; the default one without")
    parser.add_argument("--checkpoint", help="weights (.pt, .pth, .safetensors); random without")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    parser.add_argument("--id", help="file stem and id in the manifest")
    parser.add_argument("--name", help="name in the model picker")
    parser.add_argument("--classes", type=int, dest="num_classes", help="only without a checkpoint")
    parser.add_argument("--image-size", type=int, help="MoBaNet on SAM: 266 or 1024")
    parser.add_argument("--taps", type=int, nargs=4, help="MoBaNet on DINOv2: four block indices")
    parser.add_argument("--no-cpia", action="store_true", help="MoBaNet trained without CPIA")
    parser.add_argument("--no-dgfm", action="store_true", help="MoBaNet trained without DGFM")
    parser.add_argument("--compute", choices=("fp32", "fp16"), default="fp32")
    parser.add_argument("--weights", choices=("fp16", "fp32"), default="fp16", help="as stored")
    parser.add_argument("--version", default="1.0.0", dest="model_version")
    parser.add_argument("--trained-on", help="for the manifest, instead of the checkpoint's words")
    parser.add_argument("--limits", help="where it was seen to fail, for the manifest")
    parser.add_argument(
        "--scores", type=Path, nargs="+", help="reports of `evaluate`, for the manifest"
    )


def run(arguments: argparse.Namespace) -> int:
    """Export and report; returns 0, or raises NadirError with nothing written."""
    chosen = {
        "image_size": arguments.image_size,
        "taps": arguments.taps and tuple(arguments.taps),
        "use_cpia": False if arguments.no_cpia else None,
        "use_dgfm": False if arguments.no_dgfm else None,
    }
    options = {key: value for key, value in chosen.items() if value is not None}
    written = export(
        network=arguments.network,
        variant=arguments.variant,
        checkpoint=arguments.checkpoint,
        out=arguments.out,
        id=arguments.id,
        name=arguments.name,
        num_classes=arguments.num_classes,
        compute=arguments.compute,
        weights=arguments.weights,
        version=arguments.model_version,
        trained_on=arguments.trained_on,
        limits=arguments.limits,
        scores=read_score_entries(arguments.scores) if arguments.scores else None,
        options=options,
    )
    for path in written:
        print(f"{path}  {path.stat().st_size:,} bytes")
    return 0
