"""Writes requirements.txt, the lock: what pyproject.toml names and all that needs, as installed.

Run with the environment whose versions are to be kept: `python lock.py`. It holds what this
platform needs; a build of PyTorch for CUDA brings further packages of its own.
"""

import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HERE = Path(__file__).parent
HEADING = "# Written by lock.py from pyproject.toml. Install with: pip install -r requirements.txt"


def declared() -> list[Requirement]:
    """Every requirement of pyproject.toml, those of its extras included."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Installed version of each package and of everything it needs here, by name."""
    versions: dict[str, str] = {}
    waiting = list(requirements)
    seen = set()
    while waiting:
        requirement = waiting.pop()
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if key in seen:
            continue
        seen.add(key)
        found = distribution(requirement.name)
        versions[key[0]] = Version(found.version).public
        for text in found.requires or ():
            needed = Requirement(text)
            extras = requirement.extras or {""}
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(needed)
    return versions


if __name__ == "__main__":
    pins = [f"{name}=={version}" for name, version in sorted(closure(declared()).items())]
    (HERE / "requirements.txt").write_text("\n".join([HEADING, *pins]) + "\n")
