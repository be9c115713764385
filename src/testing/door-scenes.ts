/**
 * Small scenes that tell two doors apart: an orthophoto of 150 × 130 px, heights on a grid of their own and truth of
 * every make, one folder each, written by rasterio in one go. Beside a truth that can be scored lies what it says on the
 * orthophoto's grid, worked out by NumPy (`expected.u8`: ids of the ISPRS scheme, 255 where it says nothing).
 */
import { runPython } from "./run-python";

/** Every folder holds `tile_1_1_RGB.tif` and, unless it is about their absence, `dsm_tile_1_1.tif` and the truth. */
export function writeDoorScenes(folder: string): void {
  runPython(MAKE, { folder });
}

const MAKE = `
import json, os, sys, warnings
import numpy as np
import rasterio
from rasterio.transform import Affine
warnings.filterwarnings("ignore")
ROOT = json.load(sys.stdin)["folder"]
W, H = 150, 130
COLOURS = np.array([[255,255,255],[0,0,255],[0,255,255],[0,255,0],[255,255,0],[255,0,0]], np.uint8)
MMHUNAN = np.array([[196,90,17],[51,129,88],[177,205,61],[228,84,96],[91,154,214],[225,174,110]], np.uint8)
UTM = Affine(0.1, 0, 500000, 0, -0.1, 5600000)
rng = np.random.default_rng(7)
row, col = np.mgrid[0:H, 0:W]
IMAGE = np.stack([(120 + 100*np.sin(col/(9+5*b) + row/(13-3*b)) + rng.integers(-15, 16, (H, W))).clip(0, 255) for b in range(3)]).astype(np.uint8)

def blobs(height, width, seed=0):
    y, x = np.mgrid[0:height, 0:width]
    return (((x + 3*np.sin(y/7) + seed)//17).astype(int) + 2*((y + 4*np.cos(x/9))//15).astype(int)) % 6

IDS = blobs(H, W).astype(np.uint8)

def write(name, file, bands, transform=UTM, crs="EPSG:25832", nodata=None, palette=None, tags=None, **profile):
    bands = np.asarray(bands)
    if bands.ndim == 2: bands = bands[None]
    os.makedirs(f"{ROOT}/{name}", exist_ok=True)
    where = {} if transform is None else dict(transform=transform, crs=crs)
    with rasterio.open(f"{ROOT}/{name}/{file}", "w", driver="GTiff", count=len(bands), height=bands.shape[1], width=bands.shape[2],
                       dtype=bands.dtype, nodata=nodata, **where, **profile) as raster:
        # Before the pixels: later it would go to a side file.
        if palette is not None: raster.write_colormap(1, palette)
        raster.write(bands)
        if tags: raster.update_tags(**tags)

def colours(ids, table=COLOURS, none=(0, 0, 0)):
    return np.vstack([table, np.array(none, table.dtype)])[np.where(ids == 255, len(table), ids)].transpose(2, 0, 1)

def palette_of(table, entries=None, order=None):
    order = range(len(table)) if order is None else order
    known = {at: (*map(int, table[k]), 255) for at, k in enumerate(order)}
    return {at: known.get(at, (0, 0, 0, 255)) for at in range(entries)} if entries else known

def scene(name, truth=None, expected=None, optical=None, dsm=None, transform=UTM, crs="EPSG:25832", truth_file="tile_1_1_label.tif", image=IMAGE):
    write(name, "tile_1_1_RGB.tif", image, transform, crs, photometric="RGB", **(optical or {}))
    if dsm is not False:
        unplaced = transform is None
        step = None if unplaced else transform * Affine.translation(-6, -5) * Affine.scale(2.5)
        high, wide = (H, W) if unplaced else (60, 66)
        y, x = np.mgrid[0:high, 0:wide]
        heights = (10 + 3*np.sin(x/5) + 2*np.cos(y/4)).astype(np.float32)
        hole = (dsm or {}).get("hole")
        if hole is not None: heights[20:25, 20:26] = hole
        moved = (dsm or {}).get("moved", 0)
        for beside, file in (("terrain", "dtm_tile_1_1.tif"), ("above", "ndsm_tile_1_1.tif")):
            if beside in (dsm or {}): write(name, file, (heights/7)[::2, ::2].copy(), step * Affine.scale(2), crs)
        write(name, "dsm_tile_1_1.tif", heights, None if unplaced else Affine.translation(moved, 0) * step, crs, nodata=(dsm or {}).get("nodata"))
    if truth is not None:
        truth = dict(truth)
        write(name, truth_file, truth.pop("bands"), truth.pop("transform", transform), truth.pop("crs", crs), **truth)
    if expected is not None:
        expected.astype(np.uint8).tofile(f"{ROOT}/{name}/expected.u8")

def sampled(ids, optical, truth):
    """Nearest label of each optical pixel, through the two affine grids."""
    x, y = optical * (col + 0.5, row + 0.5)
    c, r = ~truth * (x, y)
    c, r = np.floor(c).astype(int), np.floor(r).astype(int)
    inside = (c >= 0) & (r >= 0) & (c < ids.shape[1]) & (r < ids.shape[0])
    return np.where(inside, ids[r.clip(0, ids.shape[0]-1), c.clip(0, ids.shape[1]-1)], 255)

rgb = dict(bands=colours(IDS), photometric="RGB")
bare = dict(bands=IDS)
scene("rgb", rgb, IDS)
scene("rgba", dict(bands=np.concatenate([colours(IDS), np.where(row < 9, 0, 255)[None].astype(np.uint8)]), photometric="RGB", alpha="YES"), np.where(row < 9, 255, IDS))
scene("palette", dict(bands=IDS, palette=palette_of(COLOURS)), IDS)
scene("palette-256", dict(bands=IDS, palette=palette_of(COLOURS, 256)), IDS)
order = [4, 2, 0, 5, 1, 3]
scene("other-order", dict(bands=np.argsort(order).astype(np.uint8)[IDS], palette=palette_of(COLOURS, order=order)), IDS)
holes = np.where((col//11 + row//9) % 7 == 0, 255, IDS).astype(np.uint8)
scene("nodata", dict(bands=np.where(holes == 255, 9, holes).astype(np.uint8), nodata=9, palette=palette_of(COLOURS, 10)), holes)
foreign = np.array([[10,90,60],[200,40,90],[120,60,200],[60,60,60],[90,130,20],[0,0,255]], np.uint8)
scene("other-colours", dict(bands=IDS, palette=palette_of(foreign)))
scene("photo", dict(bands=IMAGE[::-1].copy(), photometric="RGB"))
noisy = np.where(rng.random((H, W)) < 0.3, rng.integers(0, 6, (H, W)), IDS).astype(np.uint8)
scene("noisy", dict(bands=colours(noisy), photometric="RGB"), noisy)
scene("mmhunan", dict(bands=colours(IDS, MMHUNAN), photometric="RGB"))
scene("bare-ids", bare)
scene("bare-ids-scheme", bare, IDS)
scene("bare-ids-mapping", dict(bands=IDS + 1), IDS)
scene("ids-16-bit", dict(bands=IDS.astype(np.uint16)), IDS)
scene("ids-float", dict(bands=IDS.astype(np.float32)), IDS)
scene("bare-float", dict(bands=IDS.astype(np.float32)))
scene("colours-16-bit", dict(bands=colours(IDS).astype(np.uint16)*257, photometric="RGB"))
scene("two-bands", dict(bands=np.stack([IDS, IDS])))
half = blobs(H//2, W//2, 5)
scene("half-size", dict(bands=colours(half), photometric="RGB", transform=UTM*Affine.scale(2)), np.kron(half, np.ones((2, 2))))
scene("half-size-unplaced", dict(bands=colours(half), photometric="RGB", transform=None), np.kron(half, np.ones((2, 2))))
larger = np.pad(IDS, ((0, 1), (0, 1)), mode="edge")
scene("one-px-larger", dict(bands=colours(larger), photometric="RGB", transform=None), IDS)
scene("other-size", dict(bands=colours(IDS[:60]), photometric="RGB", transform=None))
scene("other-place", dict(bands=colours(IDS), photometric="RGB", transform=Affine.translation(3000, 0)*UTM))
covers = Affine.translation(7.5, 0)*UTM
scene("half-covered", dict(bands=colours(IDS), photometric="RGB", transform=covers), sampled(IDS, UTM, covers))
turned = Affine(0.071, 0.052, 499998.013, 0.043, -0.069, 5599997.507)
own = blobs(310, 290, 3)
scene("turned-truth", dict(bands=colours(own), photometric="RGB", transform=turned), sampled(own, UTM, turned))
sheared = Affine(0.1, 0.02, 500000, 0.03, -0.08, 5600000)
scene("sheared", rgb, IDS, transform=sheared)
scene("eroded", dict(bands=colours(holes), photometric="RGB"), holes, truth_file="tile_1_1_label_noBoundary.tif")
scene("jpeg", dict(bands=colours(np.kron(blobs(17, 19), np.ones((8, 8))).astype(int)[:H, :W]), photometric="YCBCR", compress="JPEG", JPEG_QUALITY=90))
scene("other-crs", dict(bands=colours(IDS), photometric="RGB", crs="EPSG:32632"), IDS)
scene("geographic", rgb, IDS, transform=Affine(1e-6, 0, 9, 0, -1e-6, 50), crs="EPSG:4326")
scene("feet", rgb, IDS, transform=Affine(0.3, 0, 1000000, 0, -0.3, 200000), crs="EPSG:2263")
scene("no-crs", rgb, IDS, crs=None)
scene("unplaced", rgb, IDS, transform=None)
scene("point", dict(rgb, tags=dict(AREA_OR_POINT="Point")), IDS, optical=dict(tags=dict(AREA_OR_POINT="Point")))
scene("heights-hole", rgb, IDS, dsm=dict(hole=-9999))
scene("heights-nodata", rgb, IDS, dsm=dict(hole=-32768, nodata=-32768))
scene("heights-terrain", rgb, IDS, dsm=dict(terrain=True))
scene("heights-above", rgb, IDS, dsm=dict(above=True))
scene("heights-elsewhere", rgb, dsm=dict(moved=4000))
collar = col + row//2 < 70
scene("collar", rgb, np.where(collar, 255, IDS), image=np.where(collar, 0, np.maximum(IMAGE, 1)).astype(np.uint8))
scene("no-heights", rgb, dsm=False)
scene("no-truth")
print("null")
`;
