"""The rooms of the package and their imports; no cycles between files; functions of one idea."""

import ast
import itertools
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = Path(__file__).parents[1] / "nadir_models"

# A network does not know how it is rewritten, trained or taken apart.
NETWORK_ALONE = ("network", "recipes", "preprocessing")


def rooms_of_the_readme() -> dict[str, set[str]]:
    """Each room and those it may import, beside itself and `errors`."""
    text = (PACKAGE.parent / "README.md").read_text().split("## The package\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\|([^|]*)\|$", text, re.MULTILINE)
    rooms = {name: set(re.findall(r"`(\w+)`", allowed)) for name, allowed in rows}
    return rooms | {"__init__": {"families"}, "__main__": {"commands"}}


ALLOWED = rooms_of_the_readme()


def module_name(path: Path) -> str:
    """`nadir_models.room.file`; a package is named by its folder."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, known: set[str]) -> set[str]:
    """Modules of the package that a file imports, at its top or anywhere inside."""
    found = set()
    here = module_name(path).split(".")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = [] if node.level == 0 else here[: len(here) - node.level]
            if path.name == "__init__.py" and node.level:
                base = here[: len(here) - node.level + 1]
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inside = f"{origin}.{alias.name}"
                found.add(inside if inside in known else origin)
    return found & known


def graph_of(package: Path) -> dict[str, set[str]]:
    """Every module of the package and what it imports of it."""
    paths = {module_name(path): path for path in package.rglob("*.py")}
    return {name: imports_of(path, set(paths)) - {name} for name, path in paths.items()}


def room_of(module: str) -> str:
    """The folder or file right inside the package."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def forbidden(graph: dict[str, set[str]]) -> list[str]:
    """Every import through a wall."""
    through = []
    for module, imported in graph.items():
        for other in imported:
            room, target = room_of(module), room_of(other)
            if target not in ALLOWED[room] | {room, "errors", "__init__"}:
                through.append(f"{module} imports {other}")
            alone = room == "families" and module.split(".")[-1] in NETWORK_ALONE
            if alone and target == "graph":
                through.append(f"{module} imports {other}")
            families = {parts[2] for parts in (module.split("."), other.split("."))
                        if len(parts) == 4 and parts[1] == "families"}  # fmt: skip
            if len(families) > 1:
                through.append(f"{module} imports {other}")
    return through


@pytest.fixture(scope="module")
def graph():
    return graph_of(PACKAGE)


def test_every_room_imports_only_what_it_may(graph):
    assert len(graph) > 80
    assert {room_of(module) for module in graph} == set(ALLOWED)
    assert forbidden(graph) == []


def test_no_file_imports_itself_through_others(graph):
    TopologicalSorter(graph).prepare()


def test_the_walls_are_seen(graph):
    """The checks above can fail."""
    network = "nadir_models.families.emsnet.network"
    assert "nadir_models.errors" in graph[network]
    assert forbidden({network: {"nadir_models.graph.rewrite"}})
    assert forbidden({network: {"nadir_models.families.mfnet.network"}})
    assert forbidden({"nadir_models.scenes.scene": {"nadir_models.train.loop"}})
    with pytest.raises(CycleError):
        TopologicalSorter({**graph, "nadir_models.errors": {network}}).prepare()


def test_ray_is_asked_for_only_where_tiles_are_spread():
    """It is an extra, so nothing else may need it, not even by being imported."""
    asking = {
        module_name(path)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(a.name.startswith("ray") for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ray")
    }
    assert asking == {"nadir_models.batch.city"}


def test_the_lock_holds_every_package_that_is_declared():
    pins = (PACKAGE.parent / "requirements.txt").read_text().splitlines()
    locked = dict(line.split("==") for line in pins if not line.startswith("#"))
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *itertools.chain(*extras.values())]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), text


MOST_LINES = 60


def test_functions_are_as_long_as_one_idea():
    long = [
        f"{path.relative_to(PACKAGE.parent)}:{node.lineno} {node.name} has {lines} lines"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES
    ]
    assert not long, "\n".join(long)
