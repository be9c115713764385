/** In what unit heights are, in every place where a file says it; metres per unit by PROJ (pyproj 3.7.2). */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metresPerHeightUnit, unsaidHeightUnit } from "../core/raster/height-unit";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import { openRaster } from "./open-raster";

const WRITE = `
import json, sys, numpy as np, rasterio
from pyproj import CRS
root = json.load(sys.stdin)
metres = {}
def write(name, crs=None, prj=None, unit=None, version="WKT1_GDAL"):
    with rasterio.open(f"{root}/{name}_dsm.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float32", crs=crs,
                       transform=rasterio.transform.from_origin(2700000, 230000, 0.3, 0.3)) as out:
        out.write(np.arange(16, dtype="float32").reshape(1, 4, 4) + 600)
        if unit: out.units = [unit]
    if prj: open(f"{root}/{name}_dsm.prj", "w").write(CRS(prj).to_wkt(version=version))
    system = crs or prj
    metres[f"{name}_dsm.tif"] = CRS(system).sub_crs_list[1].axis_info[0].unit_conversion_factor if "+" in system else None
for code in (5702, 5703, 5754, 5773, 6130, 6360, 7837, 8050, 8052, 8228):
    write(f"keys-{code}", crs=f"EPSG:2271+{code}")
    write(f"wkt1-{code}", prj=f"EPSG:2271+{code}")
    write(f"wkt2-{code}", prj=f"EPSG:2271+{code}", version="WKT2_2019")
write("esri-6360", prj="EPSG:2271+6360", version="WKT1_ESRI")
write("nothing", crs="EPSG:2271")
write("nothing-in-metres", crs="EPSG:32618")
write("band", crs="EPSG:2271", unit="ft")
print(json.dumps(metres))
`;

describe.skipIf(withoutPython)("heights of files that name their unit", () => {
  let root: string;
  let metres: Readonly<Record<string, number | null>>;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-units-"));
    metres = runPython(WRITE, root) as typeof metres;
  });
  afterAll(() => rmSync(root, { recursive: true }));

  async function factsOf(name: string) {
    const prj = name.replace(/tif$/, "prj");
    const sideFiles = readdirSync(root).includes(prj)
      ? [new File([await (await blobOf(join(root, prj))).arrayBuffer()], prj)]
      : [];
    const source = await openRaster({ file: await blobOf(join(root, name)), sideFiles });
    source.close();
    return source.facts;
  }

  test("in the vertical system of their keys, or of the text beside them", async () => {
    const said = Object.entries(metres).filter(([, value]) => value !== null);
    expect(said).toHaveLength(31);
    for (const [name, value] of said) {
      expect(metresPerHeightUnit((await factsOf(name)).bands[0]!), name).toBeCloseTo(value!, 8);
    }
  });

  test("of maps in feet that do not say it is told; where the file, or the map's metre, leaves no doubt it is not", async () => {
    const unsaid = await factsOf("nothing_dsm.tif");
    expect(unsaidHeightUnit(unsaid)).toContain("they are taken as metres");
    expect(unsaid.notes).toContain(unsaidHeightUnit(unsaid));
    for (const name of ["nothing-in-metres_dsm.tif", "band_dsm.tif", "keys-5703_dsm.tif"]) {
      expect(unsaidHeightUnit(await factsOf(name)), name).toBeNull();
    }
  });
});

test.each([
  [["ft", "feet", "foot", "Foot", "FEET", "[ft]", "international foot"], 0.3048],
  [["ftUS", "US survey foot", "Foot_US", "us-ft", "ft (US)", "foot_survey_us"], 1200 / 3937],
  [["m", "metre", "Meter", "", "shift"], 1],
  [["cm", "centimetres"], 0.01],
  [["dm"], 0.1],
  [["mm"], 0.001],
  [["km"], 1000],
  [["yd"], 0.9144],
])("%j are %d m", (spellings, metres) => {
  for (const unit of spellings) expect(metresPerHeightUnit({ unit }), unit).toBe(metres);
});
