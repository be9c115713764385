/**
 * A photo in ETRS89 / UTM 32 and heights on DHDN / zone 3 of one place, with NTv2 grids between them, and where PROJ's
 * own `hgridshift` puts points by those very files.
 *
 * The grids hold noise of some metres at every node, an outer one and a finer one inside it, in both byte orders
 * (`little.gsb`, `big.gsb`); `axis.gsb` is made for another ellipsoid, and `far.tif` lies outside all of them.
 */
import { runPython } from "./run-python";

/** Points on DHDN / zone 3, and on ETRS89 / UTM 32 by each grid, in metres. */
export type ShiftedScene = Record<"points" | "little" | "big", [number, number][]>;

export function writeShiftedScene(folder: string): ShiftedScene {
  return runPython(MAKE, folder) as ShiftedScene;
}

const MAKE = `
import json, struct, sys, numpy as np, rasterio
from pyproj import Transformer
root = json.load(sys.stdin)
rng = np.random.default_rng(5)
def part(name, parent, west, south, east, north, step, order):
    cols, rows = round((east - west) / step) + 1, round((north - south) / step) + 1
    text = lambda key, value: key.ljust(8).encode() + value.ljust(8).encode()
    real = lambda key, value: key.ljust(8).encode() + struct.pack(order + "d", value)
    whole = lambda key, value: key.ljust(8).encode() + struct.pack(order + "i4x", value)
    head = [text("SUB_NAME", name), text("PARENT", parent), text("CREATED", ""), text("UPDATED", ""),
            real("S_LAT", south * 3600), real("N_LAT", north * 3600), real("E_LONG", -east * 3600), real("W_LONG", -west * 3600),
            real("LAT_INC", step * 3600), real("LONG_INC", step * 3600), whole("GS_COUNT", cols * rows)]
    nodes = np.zeros((rows * cols, 4), order + "f4")
    nodes[:, :2] = rng.normal((-3.5, 4), 0.4, (rows * cols, 2))
    return b"".join(head) + nodes.tobytes()
def grid(file, order, axis=6377397.155):
    text = lambda key, value: key.ljust(8).encode() + value.ljust(8).encode()
    real = lambda key, value: key.ljust(8).encode() + struct.pack(order + "d", value)
    whole = lambda key, value: key.ljust(8).encode() + struct.pack(order + "i4x", value)
    head = [whole("NUM_OREC", 11), whole("NUM_SREC", 11), whole("NUM_FILE", 2), text("GS_TYPE", "SECONDS"), text("VERSION", "T"),
            text("SYSTEM_F", "DHDN90"), text("SYSTEM_T", "ETRS89"), real("MAJOR_F", axis), real("MINOR_F", 6356078.963),
            real("MAJOR_T", 6378137.0), real("MINOR_T", 6356752.314)]
    parts = part("OUTER", "NONE", 8, 50, 10, 51, 0.1, order) + part("INNER", "OUTER", 8.9, 50.4, 9.1, 50.6, 0.02, order)
    open(f"{root}/{file}", "wb").write(b"".join(head) + parts + b"END".ljust(16))
grid("little.gsb", "<"); grid("big.gsb", ">"); grid("axis.gsb", "<", 6378137.0)
def raster(file, crs, west, north, metres, side, bands=1, dtype="float32"):
    with rasterio.open(f"{root}/{file}", "w", driver="GTiff", width=side, height=side, count=bands, dtype=dtype, crs=crs,
                       transform=rasterio.transform.from_origin(west, north, metres, metres)) as out:
        out.write(rng.normal(100, 9, (bands, side, side)).astype(dtype))
raster("dsm.tif", "EPSG:31467", 3487000, 5607000, 250, 120)
raster("far.tif", "EPSG:31467", 3387000, 5407000, 250, 20)
raster("ortho.tif", "EPSG:25832", 488000, 5604000, 200, 120, 3, "uint8")
x, y = rng.uniform(3488000, 3516000, 60), rng.uniform(5578000, 5606000, 60)
crs = "+proj=tmerc +lat_0=0 +lon_0=9 +k=1 +x_0=3500000 +y_0=0 +a=6377397.155 +rf=299.1528128"
there = {order: Transformer.from_pipeline(f"+proj=pipeline +step +inv {crs} +step +proj=hgridshift +grids={root}/{order}.gsb +step +proj=utm +zone=32 +ellps=GRS80") for order in ("little", "big")}
answers = {order: [list(p) for p in zip(*t.transform(x, y))] for order, t in there.items()}
print(json.dumps(dict(points=[list(p) for p in zip(x, y)], **answers)))
`;
