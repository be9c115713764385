/** Where files lie, against PROJ's answers (`models/crs/write_positions.py`), however the system is written. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Crs, GeoKeys } from "../core/georef/crs";
import { pixelToMap } from "../core/georef/geotransform";
import { greatCircleMetres } from "../core/georef/great-circle";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { crsOfGeoKeys, crsOfWkt } from "./crs-definition";
import { openRaster } from "./open-raster";
import { placeGrid, toLngLat } from "./reproject";

interface System {
  readonly code: number;
  /** Code of the geographic system of a projected one. */
  readonly base: number | null;
  readonly map: LngLat;
  readonly place: LngLat;
  readonly keys: GeoKeys | null;
  readonly esri: string | null;
  readonly wkt2: string;
}

const positions: { readonly systems: readonly System[]; readonly files: Readonly<Record<string, LngLat>> } = JSON.parse(
  readFileSync("src/testing/fixtures/positions.json", "utf8"),
);

type LngLat = readonly [number, number];
type Answer = { readonly offMetres: number } | { readonly refused: string };

/** What we make of a point, held against PROJ's; a refusal with its name. */
function answer(crs: Crs | null, [x, y]: LngLat, expected: LngLat): Answer {
  if (crs === null) return { refused: "no CRS" };
  const placed = placeGrid({ crs, geotransform: [x, 1, 0, y, 0, 1] }, { widthPx: 0, heightPx: 0 }).crs!;
  const found = toLngLat(placed)?.([x, y]) ?? null;
  return found === null
    ? {
        refused:
          placed.notConverted ??
          (placed.datum === undefined ? "no datum" : `no way from ${placed.datum.name} to WGS 84`),
      }
    : { offMetres: greatCircleMetres(found, expected) };
}

describe("the most used systems, in five spellings", () => {
  const spellings = {
    "code alone": ({ code, base }: System) =>
      crsOfGeoKeys(base === null ? keysOf([1024, 2], [2048, code]) : keysOf([1024, 1], [3072, code])),
    "both codes": ({ code, base }: System) =>
      crsOfGeoKeys(base === null ? keysOf([2048, code]) : keysOf([1024, 1], [2048, base], [3072, code])),
    "keys without codes": ({ keys }: System) => (keys === null ? null : crsOfGeoKeys(keys)),
    "Esri's WKT": ({ esri }: System) => (esri === null ? null : crsOfWkt(esri)),
    "WKT 2 without codes": ({ wkt2 }: System) => crsOfWkt(wkt2),
  };

  test.each(Object.entries(spellings))("%s", async (_, read) => {
    const wrong: string[] = [];
    const refused: string[] = [];
    for (const system of positions.systems) {
      const crs = await read(system);
      if (crs === null) continue;
      const result = answer(crs, system.map, system.place);
      if ("refused" in result) refused.push(`${system.code}: ${result.refused}`);
      else if (!(result.offMetres < 0.5)) wrong.push(`${system.code} ${crs.name} ${result.offMetres} m ${crs.proj4}`);
    }
    expect(wrong).toEqual([]);
    expect(refused).toEqual([
      "27200: the projection New Zealand Map Grid is not converted",
      "4547: no way from China 2000 to WGS 84",
    ]);
  });
});

describe.skipIf(isWithoutTestData("conformance"))("files of other programs' tests", () => {
  test("centres", async () => {
    const wrong: string[] = [];
    const refused: Record<string, string[]> = {};
    let right = 0;
    for (const [name, place] of Object.entries(positions.files)) {
      const source = await openRaster({ file: await blobOf(testDataPath("conformance", name)) }).catch(() => null);
      const { geotransform = null, crs = null, widthPx = 0, heightPx = 0 } = source?.facts ?? {};
      source?.close();
      // What its pixels are refused for is held to account in docs/conformance.md.
      if (geotransform === null) continue;
      const result = answer(crs, pixelToMap(geotransform, [widthPx / 2, heightPx / 2]), place);
      if ("refused" in result) refused[result.refused] = [...(refused[result.refused] ?? []), name.split("/").at(-1)!];
      else if (!(result.offMetres < 0.5)) wrong.push(`${name} ${crs?.name} ${result.offMetres} m ${crs?.proj4}`);
      else right++;
    }
    expect(wrong).toEqual([]);
    expect(refused).toEqual({
      "no way from Bogota 1975 to WGS 84": ["geo-5b.tif"],
      "no way from Kartastokoordinaattijarjestelma (1966) to WGS 84": ["GeoServer-1.1.1-non_scaled.tiff"],
      "no way from NAD83 (High Accuracy Reference Network) to WGS 84": ["citation_mixedcase.tif"],
      "no way from Popular Visualisation Datum to WGS 84": ["WGS_1984_Web_Mercator.tif"],
    });
    expect(right).toBe(207);
  });
});

const keysOf = (...pairs: readonly (readonly [id: number, value: number])[]): GeoKeys => ({
  directory: [1, 1, 0, pairs.length, ...pairs.flatMap(([id, value]) => [id, 0, 1, value])],
  doubles: [],
  ascii: "",
});

describe("units of GeoTIFF keys", () => {
  test("US survey feet", async () => {
    const crs = await crsOfGeoKeys(keysOf([1024, 1], [3072, 2225], [3076, 9003]));
    expect(crs).toMatchObject({ epsg: 2225, kind: "projected", metresPerUnit: 1200 / 3937, name: "EPSG:2225" });
  });

  test.each([
    [9001, 1],
    [9002, 0.3048],
    [9014, 1.8288],
    [9030, 1852],
    [9036, 1000],
    [9093, 1609.344],
    [9096, 0.9144],
  ])("a map unit of EPSG code %i is %d m", async (unit, metres) => {
    const crs = await crsOfGeoKeys(keysOf([1024, 1], [2048, 4326], [3072, 32767], [3074, 16032], [3076, unit]));
    expect(crs?.metresPerUnit).toBe(metres);
  });

  test("a unit of one's own is as long as the file says, else as the code says", async () => {
    const directory = [1, 1, 0, 4, 1024, 0, 1, 1, 3072, 0, 1, 2225, 3076, 0, 1, 32767, 3077, 34736, 1, 1];
    expect((await crsOfGeoKeys({ directory, doubles: [7, 0.25], ascii: "" }))?.metresPerUnit).toBe(0.25);
    expect((await crsOfGeoKeys(keysOf([1024, 1], [3072, 2225])))?.metresPerUnit).toBeCloseTo(1200 / 3937, 11);
  });
});

test("distances from the middle of the earth are no place of an image, in keys and in text", async () => {
  const text =
    'GEODCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],CS[Cartesian,3],AXIS["(X)",geocentricX],AXIS["(Y)",geocentricY],AXIS["(Z)",geocentricZ],LENGTHUNIT["metre",1],ID["EPSG",4978]]';
  for (const crs of [await crsOfGeoKeys(keysOf([1024, 3], [2048, 4978])), await crsOfWkt(text)]) {
    expect(crs).toMatchObject({ kind: "unknown", proj4: null, notConverted: expect.any(String) });
  }
});
