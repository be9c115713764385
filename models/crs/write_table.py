"""Writes `src/io/crs/epsg-table.ts`: EPSG's systems as PROJ's own database describes them.

    python models/crs/write_table.py        (pyproj 3.7.2, PROJ 9.5.1)

For every datum the transformations to WGS 84 that need no grid file, best first, as seven
parameters (position vector; metres, seconds of arc, parts per million) with the area they are made
for and PROJ's stated accuracy; where a grid would do better, its name stands in the same order. A
transformation is written only when the seven parameters give PROJ's own answer within a centimetre.
NTv2 files, which a user may have, stand with the datum that they lead to where that is WGS 84 or
one that EPSG takes as equal to it, with an accuracy of its own.

A line of the table is a letter and words:
    e ellipsoid semi-major-axis inverse-flattening
    m prime-meridian degrees
    d datum ellipsoid prime-meridian-degrees name|alias|…
    s datum west south east north accuracy tx ty tz [rx ry rz ppm]
    g datum west south east north accuracy grid-file
    n datum west south east north accuracy target-datum accuracy-to-target NTv2-file
    c geographic-crs datum [degrees-per-unit]
    v conversion proj-words            or   v conversion !method that is not converted
    p projected-crs geographic-crs conversion metres-per-unit [axis]
"""

import math
import re
import sqlite3
import warnings
from pathlib import Path

import numpy as np
import pyproj
from pyproj import CRS
from pyproj.exceptions import CRSError
from pyproj.transformer import Transformer, TransformerGroup

warnings.filterwarnings("ignore")
TARGET = Path(__file__).parents[2] / "src" / "io" / "crs" / "epsg-table.ts"
WGS84 = CRS.from_epsg(4326)
SECONDS = math.pi / 180 / 3600
# What proj4js computes as PROJ does; everything else is refused by its name.
CONVERTED = set(
    "tmerc utm lcc merc stere sterea somerc omerc krovak cass laea aea poly eqc".split()
)
# Methods that share a word with another and are not computed alike.
OTHERWISE = ("Hyperbolic", "Azimuthal Equal Area (Spherical)")
SAME_POSITION_METRES = 0.01


def number(value: float) -> str:
    return f"{value:.12g}"


def rotation(rx: float, ry: float, rz: float) -> np.ndarray:
    """Position vector, small angles, as PROJ and EPSG 9606 have it."""
    return np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])


def step_matrix(words: dict[str, str]) -> tuple[np.ndarray, np.ndarray] | None:
    """A step of a pipeline on geocentric coordinates: matrix and shift; None when it is none."""
    kind = words["proj"]
    if kind not in ("helmert", "molobadekas"):
        return None
    get = lambda key: float(words.get(key, 0))  # noqa: E731
    sign = -1 if words.get("convention") == "coordinate_frame" else 1
    angles = [sign * get(key) * SECONDS for key in ("rx", "ry", "rz")]
    matrix = (1 + get("s") * 1e-6) * rotation(*angles)
    shift = np.array([get("x"), get("y"), get("z")])
    pivot = np.array([get("px"), get("py"), get("pz")])
    shift = shift + pivot - matrix @ pivot
    if "inv" in words:
        inverse = np.linalg.inv(matrix)
        return inverse, -inverse @ shift
    return matrix, shift


def seven_parameters(definition: str) -> list[float] | None:
    """A pipeline as one Helmert transformation; None when some step is of another kind."""
    matrix, shift = np.eye(3), np.zeros(3)
    harmless = {"pipeline", "unitconvert", "axisswap", "push", "pop", "cart", "longlat", "noop"}
    for text in re.split(r"\bstep\b", definition):
        words = {w.split("=")[0]: w.partition("=")[2] for w in text.replace("+", " ").split()}
        if "proj" not in words or words["proj"] in harmless:
            continue
        step = step_matrix(words)
        if step is None:
            return None
        matrix, shift = step[0] @ matrix, step[0] @ shift + step[1]
    scale = np.trace(matrix) / 3
    angles = [matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]]
    seconds = [angle / 2 / scale / SECONDS for angle in angles]
    return [*shift, *seconds, (scale - 1) * 1e6]


def shift_points(parameters, ellipsoid, meridian: float, lon, lat):
    """What proj4js makes of seven parameters: longitude and latitude on WGS 84."""
    a, rf = ellipsoid
    x, y, z = geocentric(a, 1 / rf if rf else 0, np.radians(lon + meridian), np.radians(lat))
    scale = 1 + parameters[6] * 1e-6
    turned = scale * rotation(*[p * SECONDS for p in parameters[3:6]]) @ np.array([x, y, z])
    moved = turned + np.array(parameters[:3])[:, None]
    back = Transformer.from_pipeline("+proj=pipeline +step +inv +proj=cart +ellps=WGS84")
    out = back.transform(*moved, radians=True)
    return np.degrees(out[0]), np.degrees(out[1])


def geocentric(a: float, f: float, lon, lat):
    e2 = f * (2 - f)
    normal = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return flat * np.cos(lon), flat * np.sin(lon), normal * (1 - e2) * np.sin(lat)


def covers(outer, inner) -> bool:
    return (
        outer[0] <= outer[2]
        and inner[0] <= inner[2]
        and outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
    )


def size(area) -> float:
    return ((area[2] - area[0]) % 360) * (area[3] - area[1])


def ways_to_wgs84(crs: CRS, ellipsoid, meridian: float, unit: float) -> list[str]:
    """Lines `s` and `g` without their datum, best first."""
    try:
        group = TransformerGroup(crs, WGS84, always_xy=True, allow_ballpark=False)
    except IndexError:  # pyproj's answer where there is no transformation at all
        return []
    ways = []
    for operation in group.transformers:
        area = operation.area_of_use
        parameters = seven_parameters(operation.definition)
        if area is None or parameters is None or operation.accuracy < 0:
            continue
        west, south, east, north = area.bounds
        width = (east - west) % 360 or 360
        lon = np.array([west + width * part for part in (0.1, 0.5, 0.9, 0.5)])
        lat = np.array([south + (north - south) * part for part in (0.2, 0.5, 0.8, 0.9)])
        lon = (lon + 180) % 360 - 180
        expected = operation.transform((lon - meridian) / unit, lat / unit)
        got = shift_points(parameters, ellipsoid, meridian, lon - meridian, lat)
        east_off = ((got[0] - expected[0] + 180) % 360 - 180) * np.cos(np.radians(lat))
        off = np.hypot(east_off, got[1] - expected[1]) * 111_320
        if np.nanmax(off) > SAME_POSITION_METRES:
            continue
        offshore = "- offshore" in area.name
        few = parameters if any(abs(p) > 1e-12 for p in parameters[3:]) else parameters[:3]
        ways.append((offshore, operation.accuracy, size(area.bounds), area.bounds, few))
    for operation in group.unavailable_operations:
        area = operation.area_of_use
        grids = [grid.short_name for grid in operation.grids if not grid.available]
        if area is None or not grids or operation.accuracy < 0:
            continue
        key = (False, operation.accuracy, size(area.bounds), area.bounds, grids[0])
        ways.append(key)
    lines: list[str] = []
    kept: list[tuple] = []
    for way in sorted(ways, key=lambda w: w[:3]):
        offshore, accuracy, _, bounds, what = way
        is_grid = isinstance(what, str)
        # A worse one that never gets its turn; after a grid the grid-free one still does.
        if any(covers(b, bounds) and (is_grid or not g) for b, g in kept):
            continue
        kept.append((bounds, is_grid))
        words = [*(number(b) for b in bounds), number(accuracy)]
        words += [what] if is_grid else [number(p) for p in what]
        lines.append(("g" if is_grid else "s") + " {datum} " + " ".join(words))
    return lines


def ntv2_lines(query, lines: list[str]) -> list[str]:
    """Lines `n`: files that shift a datum to WGS 84, or to one that differs from it by nothing."""
    accuracy_of = {6326: 0.0}
    for line in lines:
        kind, *words = line.split(" ")
        if kind == "s" and words[6:] == ["0", "0", "0"]:
            accuracy_of.setdefault(int(words[0]), float(words[5]))
    # Some agencies give out the opposite direction as well, and EPSG names that one.
    forward = dict(
        query(
            "select original_grid_name, old_proj_grid_name from grid_alternatives"
            " where inverse_direction = 1"
        )
    )
    found: dict[tuple[int, str], list[tuple]] = {}
    for source, target, accuracy, file, *area in query(
        "select s.datum_code, t.datum_code, g.accuracy, g.grid_name,"
        " e.west_lon, e.south_lat, e.east_lon, e.north_lat from grid_transformation g"
        " join geodetic_crs s"
        " on s.auth_name = g.source_crs_auth_name and s.code = g.source_crs_code"
        " join geodetic_crs t"
        " on t.auth_name = g.target_crs_auth_name and t.code = g.target_crs_code"
        " join usage u on u.object_table_name = 'grid_transformation'"
        " and u.object_auth_name = g.auth_name and u.object_code = g.code"
        " join extent e on e.auth_name = u.extent_auth_name and e.code = u.extent_code"
        " where g.auth_name = 'EPSG' and g.method_name = 'NTv2' and not g.deprecated"
        " and g.accuracy is not null and s.datum_auth_name = 'EPSG' and t.datum_auth_name = 'EPSG'"
        " order by cast(g.code as integer)"
    ):
        file = forward.get(file, file)
        if source == "6326" or int(target) not in accuracy_of or not file.lower().endswith(".gsb"):
            continue
        way = (accuracy, accuracy + accuracy_of[int(target)], int(target), area, file)
        found.setdefault((int(source), file.lower()), []).append(way)
    result = []
    for (source, _), ways in found.items():
        accuracy, _, target, area, file = min(ways, key=lambda way: way[0])
        total = min(way[1] for way in ways)
        # The name stands last: files are called "National 84 (02.07.01).gsb".
        words = [*map(number, [*area, total, target, accuracy]), file]
        result.append(f"n {source} {' '.join(words)}")
    return result


def main() -> None:
    database = sqlite3.connect(Path(pyproj.datadir.get_data_dir()) / "proj.db")
    query = lambda sql, *args: database.execute(sql, args).fetchall()  # noqa: E731
    lines: list[str] = []
    ellipsoids: dict[int, tuple[float, float]] = {}
    for code, name in query("select code, name from ellipsoid where auth_name='EPSG'"):
        ellipsoid = pyproj.crs.Ellipsoid.from_epsg(code)
        a, rf = ellipsoid.semi_major_metre, ellipsoid.inverse_flattening
        ellipsoids[int(code)] = (a, rf)
        lines.append(f"e {code} {number(a)} {number(rf)} {name}")
    meridians: dict[int, float] = {}
    for (code,) in query("select code from prime_meridian where auth_name='EPSG'"):
        meridian = pyproj.crs.PrimeMeridian.from_epsg(code)
        meridians[int(code)] = math.degrees(meridian.longitude * meridian.unit_conversion_factor)
        lines.append(f"m {code} {number(meridians[int(code)])}")

    aliases: dict[str, list[str]] = {}
    for code, alt in query(
        "select code, alt_name from alias_name"
        " where table_name='geodetic_datum' and auth_name='EPSG'"
    ):
        aliases.setdefault(code, []).append(alt)
    geographic: set[int] = set()
    first_of_datum: dict[int, int] = {}
    for code, datum in query(
        "select code, datum_code from geodetic_crs"
        " where auth_name='EPSG' and type like 'geographic%' and datum_auth_name='EPSG'"
        " order by deprecated, type, cast(code as integer)"
    ):
        degrees = math.degrees(CRS.from_epsg(code).axis_info[0].unit_conversion_factor)
        unit = "" if abs(degrees - 1) < 1e-9 else f" {number(degrees)}"
        lines.append(f"c {code} {datum}{unit}")
        geographic.add(int(code))
        first_of_datum.setdefault(int(datum), int(code))
    for datum, name, ellipsoid, meridian in query(
        "select code, name, ellipsoid_code, prime_meridian_code from geodetic_datum"
        " where auth_name='EPSG' and ellipsoid_auth_name='EPSG'"
        " order by deprecated, cast(code as integer)"
    ):
        if int(datum) not in first_of_datum:
            continue
        crs = CRS.from_epsg(first_of_datum[int(datum)])
        unit = crs.axis_info[0].unit_conversion_factor * 180 / math.pi
        names = "|".join(dict.fromkeys([name, *aliases.get(datum, [])]))
        east = meridians[int(meridian)]
        lines.append(f"d {datum} {ellipsoid} {number(east)} {names}")
        if datum == "6326":
            lines.append("s 6326 -180 -90 180 90 0 0 0 0")
            continue
        for line in ways_to_wgs84(crs, ellipsoids[int(ellipsoid)], east, unit):
            lines.append(line.format(datum=datum))

    lines += ntv2_lines(query, lines)

    projected: list[str] = []
    conversions: dict[str, str] = {}
    for code, base, conversion in query(
        "select code, geodetic_crs_code, conversion_code from projected_crs"
        " where auth_name='EPSG' and geodetic_crs_auth_name='EPSG' and conversion_auth_name='EPSG'"
    ):
        if int(base) not in geographic:
            continue
        crs = CRS.from_epsg(code)
        try:
            words = crs.to_proj4().split()
        except CRSError:  # a method that PROJ itself has no words for
            words = []
        kept = [
            w[1:]
            for w in words
            if not re.match(
                r"\+(ellps|datum|pm|a|b|rf|units|to_meter|no_defs|type|towgs84|axis|nadgrids)\b", w
            )
        ]
        method = crs.coordinate_operation.method_name
        kind = kept[0].removeprefix("proj=") if kept else ""
        convertible = kind in CONVERTED and not any(word in method for word in OTHERWISE)
        if kind == "cass" and "south" in {axis.direction for axis in crs.axis_info}:
            method, convertible = f"{method} with axes to the south and west", False
        if kind == "merc" and "Pseudo" in method:
            # Both radii stand in for an ellipsoid: the projection is that of a sphere.
            kept = ["proj=merc", "a=6378137", "b=6378137", *kept[1:]]
        conversions[conversion] = " ".join(kept) if convertible else f"!{method}"
        factors = {axis.unit_conversion_factor for axis in crs.axis_info[:2]}
        axis = next((w[6:] for w in words if w.startswith("+axis=")), "")
        projected.append(f"p {code} {base} {conversion} {number(factors.pop())} {axis}".rstrip())
    lines += [f"v {code} {words}" for code, words in conversions.items()]
    lines += projected
    head = (
        f"/** EPSG's systems, from PROJ {pyproj.proj_version_str}'s database by"
        " `models/crs/write_table.py`, which says what each line means. */\n"
    )
    body = "\n".join(lines)
    assert "`" not in body and "\\" not in body and "${" not in body
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(f"{head}export const EPSG_TABLE = `\n{body}\n`;\n", encoding="utf-8")
    print(f"{len(lines)} lines, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
