"""`python -m nadir_models scenes`: write scenes, the sample scene, or a contact sheet."""

from __future__ import annotations

import argparse
from pathlib import Path

from nadir_models.errors import NadirError
from nadir_models.scenes.contact_sheet import contact_sheet, scene_panels
from nadir_models.scenes.land_use import STYLES
from nadir_models.scenes.scene import generate_scene
from nadir_models.scenes.write_scene import BAND_SETS, write_sample, write_scene


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `scenes`."""
    target = parser.add_argument_group("what to write (one or more)")
    target.add_argument("--out", type=Path, help="folder for orthophotos, DSMs and labels")
    target.add_argument("--sample", type=Path, help="folder for the studio's sample scene")
    target.add_argument("--sheet", type=Path, help="PNG or JPEG with all scenes side by side")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first scene (default 0)")
    parser.add_argument("--count", type=int, default=1, help="how many scenes (default 1)")
    parser.add_argument("--size", type=int, default=1024, help="side in pixels (default 1024)")
    parser.add_argument("--gsd", type=float, help="metres per pixel; drawn per scene by default")
    parser.add_argument("--style", choices=sorted(STYLES), help="kind of place; drawn by default")
    parser.add_argument("--panel", type=int, default=320, help="side of the sheet's panels")
    parser.add_argument("--bands", choices=sorted(BAND_SETS), default="RGB")
    parser.add_argument(
        "--kinds", action="store_true", help="with --out: also where water and solar panels are"
    )


def run(args: argparse.Namespace) -> int:
    """Write what was asked for; a NadirError leaves nothing behind."""
    if not (args.out or args.sample or args.sheet):
        raise NadirError("Nothing to write: give --out, --sample or --sheet.")
    if args.size < 64:
        raise NadirError(f"--size {args.size} is too small; scenes need at least 64 pixels.")
    if args.gsd is not None and not 0.02 <= args.gsd <= 2:
        raise NadirError(f"--gsd {args.gsd} is not between 0.02 and 2 metres per pixel.")
    if args.sample:
        for path in write_sample(args.sample):
            print(path)
    rows = []
    for seed in range(args.seed, args.seed + args.count) if args.out or args.sheet else ():
        scene = generate_scene(seed, args.size, args.gsd, args.style)
        print(f"scene {seed}: {scene.style}, {scene.gsd * 100:.1f} cm per pixel")
        if args.out:
            write_scene(scene, args.out, args.bands, args.kinds)
        if args.sheet:
            rows.append(scene_panels(scene))
    if rows:
        half = (len(rows) + 1) // 2
        paired = [rows[i] + (rows[i + half] if i + half < len(rows) else []) for i in range(half)]
        contact_sheet(paired, args.panel).save(args.sheet)
    return 0
