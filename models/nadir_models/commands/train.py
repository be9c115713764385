"""`python -m nadir_models train`: train a network on generated scenes or on a folder of rasters."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from nadir_models.errors import NadirError
from nadir_models.families.problem import PROBLEMS, get_problem
from nadir_models.families.registry import get_family
from nadir_models.train.loop import Training, TrainingSettings
from nadir_models.train.outlines import Photos


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `train`."""
    parser.add_argument("--network", default="emsnet", help="emsnet, mobanet or mfnet")
    parser.add_argument("--variant", help="size of the network (its default if left out)")
    parser.add_argument(
        "--data", default="scenes", help="'scenes' (generated), or a folder of rasters"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and curves")
    parser.add_argument("--recipe", default="scenes", help="scenes, nano or paper (default scenes)")
    parser.add_argument(
        "--problem", choices=tuple(PROBLEMS), help="what the network is shown, if not the recipe's"
    )
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, help="instead of the recipe's")
    parser.add_argument("--batch", type=int, help="windows per step, instead of the recipe's")
    parser.add_argument(
        "--randomised", type=float, help="share of windows with domain randomisation, 0 to 1"
    )
    parser.add_argument("--unmasked", action="store_true", help="without masking of a modality")
    parser.add_argument(
        "--hard-scenes",
        action="store_true",
        help="draw half of the windows from the scenes in which most is still wrong",
    )
    parser.add_argument("--init", type=Path, help="checkpoint to begin from (its averaged weights)")
    parser.add_argument(
        "--eroded", action="store_true", help="learn from *_noBoundary labels of a folder"
    )
    parser.add_argument(
        "--photos", type=Path, help="folder of images/*.png and masks/*.png of their buildings"
    )
    parser.add_argument("--photo-pixel", type=float, default=0.2, help="their pixel size, metres")
    parser.add_argument("--photo-credit", default="", help="whom to name for them in the manifest")
    parser.add_argument("--teacher", type=Path, help="checkpoint of a network to be distilled")
    parser.add_argument("--bank", type=Path, default=Path("runs"), help="where banks are kept")
    parser.add_argument("--bank-scenes", type=int, default=640)
    parser.add_argument("--bank-size", type=int, default=640, help="scene side in pixels")
    parser.add_argument("--validation-scenes", type=int, default=16)
    parser.add_argument("--validate-every", type=int, default=250)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("--threads", type=int, help="CPU threads (all cores if left out)")
    parser.add_argument("--stop-after", type=int, help="stop at this step, to be resumed later")
    parser.add_argument("--minutes", type=float, help="stop after so long, to be resumed later")
    parser.add_argument(
        "--reschedule",
        action="store_true",
        help="resume with another --steps; the result is then not that of one straight run",
    )
    parser.add_argument("--fresh", action="store_true", help="start anew where a run could resume")


def run(args: argparse.Namespace) -> int:
    """Train until done or stopped; the same command goes on from there."""
    if args.steps < 1:
        raise NadirError(f"--steps is {args.steps}; at least one is needed.")
    if args.randomised is not None and not 0 <= args.randomised <= 1:
        raise NadirError(f"--randomised is {args.randomised}; a share from 0 to 1 is needed.")
    if args.threads:
        torch.set_num_threads(args.threads)
    device = args.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise NadirError("--device cuda was asked for, but PyTorch finds no CUDA device here.")
    precision = args.precision
    if precision == "auto":
        precision = "bf16" if device.startswith("cuda") or has_bf16() else "fp32"
    settings = TrainingSettings(
        network=args.network,
        variant=args.variant,
        data=args.data,
        recipe_name=args.recipe,
        recipe=get_family(args.network)
        .recipe(args.recipe)
        .altered(
            args.learning_rate,
            args.batch,
            args.randomised,
            not args.unmasked,
            args.hard_scenes,
            get_problem(args.problem) if args.problem else None,
        ),
        steps=args.steps,
        seed=args.seed,
        bank=args.bank,
        bank_scenes=args.bank_scenes,
        bank_size_px=args.bank_size,
        validation_scenes=args.validation_scenes,
        validate_every=args.validate_every,
        save_every=args.save_every,
        device=device,
        precision=precision,
        init=args.init,
        eroded=args.eroded,
        teacher=args.teacher,
        photos=Photos(args.photos, args.photo_pixel, args.photo_credit) if args.photos else None,
    )
    training = Training(settings, args.out, args.fresh, args.reschedule)
    deadline = time.monotonic() + args.minutes * 60 if args.minutes else None
    finished = training.run(stop_after=args.stop_after, deadline=deadline)
    print("finished" if finished else "stopped; the same command goes on from here", flush=True)
    return 0


def has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 by itself; emulated it is several times slower."""
    asked = (torch.cpu._is_avx512_bf16_supported, torch.cpu._is_amx_tile_supported)
    return any(is_supported() for is_supported in asked)
