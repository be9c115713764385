"""Writes `src/testing/fixtures/positions.json`: where PROJ puts things, to judge Nadir by.

    python models/crs/write_positions.py CONFORMANCE-FOLDER        (pyproj 3.7.2, rasterio 1.4.4)

For the most used EPSG codes: a point in the middle of the area of use, as map coordinates and as
longitude and latitude on WGS 84, and the system as GDAL spells it when it may not use codes
(GeoTIFF keys of a file that rasterio wrote and reads alike, Esri's WKT and WKT 2). For every
georeferenced file of the conformance set: longitude and latitude of its centre. No grid files are
used, as in a fresh installation of PROJ.
"""

import json
import logging
import re
import struct
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import rasterio
from pyproj import CRS, Transformer
from pyproj.enums import WktVersion

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
TARGET = Path(__file__).parents[2] / "src" / "testing" / "fixtures" / "positions.json"
WGS84 = CRS.from_epsg(4326)
CODES = [
    *(4326, 4258, 4269, 4267, 4277, 4807, 3857, 3395, 3035, 3034, 3031, 3413, 3995),
    *(32610, 32611, 32616, 32617, 32618, 32619, 32629, 32630, 32631, 32632, 32633, 32634, 32636),
    *(32643, 32648, 32650, 32654, 32719, 32722, 32723, 32733, 32735, 32748, 32755, 32756),
    *(25828, 25829, 25830, 25831, 25832, 25833, 25834, 25835, 23030, 23031, 23032),
    *(2154, 3945, 27572, 27700, 28992, 31370, 3812, 21781, 2056, 31256, 31287, 31466, 31467, 31468),
    *(3003, 3004, 2180, 2177, 5514, 5513, 3006, 3021, 2393, 3067, 23700, 3765, 3794, 2100, 3763),
    *(2039, 5880, 29193, 22185, 2193, 27200, 28355, 28356, 3577, 3347, 3978, 2950),
    *(26910, 26917, 26918, 26710, 26711, 26717, 2227, 2263, 3435, 2048, 2053, 21037, 29873, 3375),
    *(2326, 3826, 2451, 6677, 5179, 5186, 4547),
]


def words_without_codes(wkt: str) -> str:
    short = re.sub(r',\s*(MEMBER\["[^"]*"\]|USAGE\[.*\](?=\]))', "", wkt)
    return re.sub(r',\s*(AUTHORITY\["EPSG",\s*"\d+"\]|ID\["EPSG",\s*\d+\])', "", short)


def geo_keys(crs: CRS, folder: Path) -> dict | None:
    """The three GeoTIFF tags of a file in this system, written without codes."""
    path = folder / "keys.tif"
    try:
        wkt = words_without_codes(crs.to_wkt(WktVersion.WKT1_GDAL))
        shape = dict(width=2, height=2, count=1, dtype="uint8")
        at = rasterio.transform.from_origin(500_000, 4_000_000, 10, 10)
        with rasterio.open(path, "w", driver="GTiff", crs=wkt, transform=at, **shape) as file:
            file.write(np.zeros((1, 2, 2), "uint8"))
    except Exception:
        return None
    with rasterio.open(path) as file:
        again = CRS.from_wkt(file.crs.to_wkt())
    here = Transformer.from_crs(crs, again, always_xy=True)
    if np.hypot(*np.subtract(here.transform(500_000, 4_000_000), (500_000, 4_000_000))) > 0.01:
        return None  # a spelling that loses what it means
    data = path.read_bytes()
    (offset,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, offset)
    tags = {}
    for index in range(count):
        tag, kind, length, value = struct.unpack_from("<HHII", data, offset + 2 + index * 12)
        size = {2: 1, 3: 2, 12: 8}.get(kind, 4) * length
        at = offset + 2 + index * 12 + 8 if size <= 4 else value
        if tag == 34735:
            tags["directory"] = list(struct.unpack_from(f"<{length}H", data, at))
        elif tag == 34736:
            tags["doubles"] = list(struct.unpack_from(f"<{length}d", data, at))
        elif tag == 34737:
            tags["ascii"] = data[at : at + length].decode("latin1").rstrip("\0")
    return {"doubles": [], "ascii": "", **tags}


def coded(code: int, folder: Path) -> dict:
    crs = CRS.from_epsg(code)
    west, south, east, north = crs.area_of_use.bounds
    lng = (west + (east - west) % 360 / 2 + 180) % 360 - 180 if (west, east) != (-180, 180) else 10
    lat = max(-85, min(85, (south + north) / 2))
    x, y = Transformer.from_crs(WGS84, crs, always_xy=True).transform(lng, lat)
    place = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    try:
        esri = crs.to_wkt(WktVersion.WKT1_ESRI)
    except Exception:
        esri = None
    base = crs.geodetic_crs.to_epsg() if crs.is_projected else None
    return {
        "code": code,
        "base": base,
        "map": [x, y],
        "place": place,
        "keys": geo_keys(crs, folder),
        "esri": esri,
        "wkt2": words_without_codes(crs.to_wkt(WktVersion.WKT2_2019_SIMPLIFIED)),
    }


def centre(path: Path) -> list[float] | None:
    try:
        with rasterio.open(path) as file:
            if not file.crs or file.transform.is_identity or file.crs.wkt.startswith("LOCAL_CS"):
                return None
            x, y = file.transform * (file.width / 2, file.height / 2)
            crs = CRS.from_wkt(file.crs.to_wkt())
            flat = crs.sub_crs_list[0] if crs.is_compound else crs
            place = Transformer.from_crs(flat, WGS84, always_xy=True).transform(x, y)[:2]
            return list(place) if np.isfinite(place).all() else None
    except Exception:
        return None


def main(folder: Path) -> None:
    names = [entry["file"] for entry in json.loads((folder / "oracle.json").read_text())]
    files = {name: place for name in names if (place := centre(folder / name)) is not None}
    with tempfile.TemporaryDirectory() as temporary:
        systems = [coded(code, Path(temporary)) for code in CODES]
    listed = ",\n".join(json.dumps(system) for system in systems)
    placed = ",\n".join(f"{json.dumps(name)}: {json.dumps(place)}" for name, place in files.items())
    lines = [f'"systems": [\n{listed}\n]', f'"files": {{\n{placed}\n}}']
    TARGET.write_text("{" + ",\n".join(lines) + "}\n")
    print(len(systems), "systems,", len(files), "files,", TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
