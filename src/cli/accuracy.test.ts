/** Points drawn from a map, answered from what is known to be there, and what is concluded from them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AreaEstimates } from "../core/sampling/area-estimates";
import { nadir } from "../testing/command-line";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";

/** A map in ISPRS colours that calls some of each class by a wrong name; what is really there is kept as ids. */
const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder = json.load(sys.stdin)
random = np.random.default_rng(5)
truth = np.full((240, 320), 2, np.uint8)
truth[:, :120] = 0
truth[100:130, 150:190] = 1
wrong = random.random(truth.shape) < 0.12
seen = np.where(wrong, random.integers(0, 3, truth.shape), truth).astype(np.uint8)
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255]], np.uint8)
with rasterio.open(folder + "/map.tif", "w", driver="GTiff", width=320, height=240, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(500000, 5300000, 0.5, 0.5)) as file:
    file.write(colours[seen].transpose(2, 0, 1))
print(json.dumps({"truth": truth.ravel().tolist(), "seen": seen.ravel().tolist()}))
`;
const NAMES = ["impervious surface", "building", "low vegetation"];

interface PointFile {
  crs?: unknown;
  features: {
    properties: { col: number; row: number; stratum: number; reference: string | null };
    geometry: { coordinates: [number, number] };
  }[];
}

describe.skipIf(withoutPython)("nadir sample and nadir accuracy", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-accuracy-"));
  const [map, points] = [join(folder, "map.tif"), join(folder, "points.geojson")];
  let made: { truth: number[]; seen: number[] };
  beforeAll(() => {
    made = runPython(MAKE, folder) as typeof made;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = () => JSON.parse(readFileSync(points, "utf8")) as PointFile;
  const at = (values: number[], { col, row }: { col: number; row: number }) => values[row * 320 + col]!;
  const answer = (say: (truth: number, index: number) => string | null) => {
    const file = read();
    for (const [index, { properties }] of file.features.entries()) {
      properties.reference = say(at(made.truth, properties), index);
    }
    writeFileSync(points, JSON.stringify(file));
  };
  const estimated = async () => {
    const { status, stdout, stderr } = await nadir(["accuracy", "--map", map, "--points", points, "--json"]);
    expect(stderr + status).toMatch(/0$/);
    return { stderr, ...(JSON.parse(stdout) as { counts: number[][]; mapAreas: number[]; estimates: AreaEstimates }) };
  };

  test("points lie where they say, in classes as the map has them, at least so many of each; a seed gives the same", async () => {
    const args = ["sample", "--map", map, "--out", points, "--points", "400", "--least", "60"];
    expect((await nadir(args)).status).toBe(EXIT.done);
    const first = readFileSync(points, "utf8");
    const { features, crs } = read();
    expect(JSON.stringify(crs)).toContain("EPSG::32632");
    expect(features).toHaveLength(400);
    expect(new Set(features.map(({ properties: { col, row } }) => `${col} ${row}`)).size).toBe(400);
    const judged = runPython(
      `
import json, sys
import rasterio
path, features = json.load(sys.stdin)
with rasterio.open(path) as file:
    found = file.sample([feature["geometry"]["coordinates"] for feature in features])
    print(json.dumps([[int(value) for value in pixel] for pixel in found]))
`,
      [map, features],
    ) as number[][];
    const colours = ["255,255,255", "0,0,255", "0,255,255"];
    expect(judged.map((pixel) => colours.indexOf(pixel.join()))).toEqual(
      features.map(({ properties }) => at(made.seen, properties)),
    );
    const strata = features.map(({ properties }) => at(made.seen, properties));
    expect(strata.filter((id) => id === 1)).toHaveLength(60);
    expect((await nadir(args)).status).toBe(EXIT.done);
    expect(readFileSync(points, "utf8")).toBe(first);
    expect((await nadir([...args, "--seed", "2"])).status).toBe(EXIT.done);
    expect(readFileSync(points, "utf8")).not.toBe(first);
  });

  test("counts are those of the answers, and what is really there lies within four standard errors", async () => {
    await nadir(["sample", "--map", map, "--out", points, "--points", "600"]);
    answer((truth) => NAMES[truth]!);
    const { counts, mapAreas, estimates } = await estimated();
    const expected = NAMES.map(() => NAMES.map(() => 0));
    for (const { properties } of read().features) expected[at(made.seen, properties)]![at(made.truth, properties)]!++;
    expect(counts.slice(0, 3).map((row) => row.slice(0, 3))).toEqual(expected);
    const hectares = (values: number[], id: number) => (values.filter((value) => value === id).length * 0.25) / 10_000;
    for (const id of [0, 1, 2]) {
      // UTM near its central meridian draws lengths by four ten-thousandths too small.
      expect(mapAreas[id]! / hectares(made.seen, id)).toBeCloseTo(1, 2);
      const { value, standardError } = estimates.areas[id]!;
      expect(Math.abs(value - hectares(made.truth, id))).toBeLessThan(4 * standardError! + 0.001 * value);
    }
    const right = made.truth.filter((truth, pixel) => truth === made.seen[pixel]).length / made.truth.length;
    const { value, standardError } = estimates.overallAccuracy;
    expect(Math.abs(value - right)).toBeLessThan(4 * standardError!);
  });

  test("open points count nowhere and are told; other names of a class are known, strange ones refused", async () => {
    await nadir(["sample", "--map", map, "--out", points, "--points", "300"]);
    answer((truth, index) => (index % 4 === 0 ? null : ["Impervious_Surfaces", "buildings", "grass"][truth]!));
    const { counts, stderr } = await estimated();
    expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(225);
    expect(stderr).toContain("75 of 300 points have no answer");
    answer(() => "swamp");
    const refused = await nadir(["accuracy", "--map", map, "--points", points]);
    expect([refused.status, refused.stderr]).toEqual([EXIT.badInput, expect.stringContaining('reference is "swamp"')]);
  });

  test("points of another map, and files that are none, are refused", async () => {
    await nadir(["sample", "--map", map, "--out", points]);
    const file = read();
    file.features[3]!.properties.stratum = (file.features[3]!.properties.stratum + 1) % 3;
    writeFileSync(points, JSON.stringify(file));
    const other = await nadir(["accuracy", "--map", map, "--points", points]);
    expect([other.status, other.stderr]).toEqual([EXIT.badInput, expect.stringContaining("point 4")]);
    writeFileSync(points, '{"type":"FeatureCollection","features":[{"properties":{"col":1}}]}');
    const none = await nadir(["accuracy", "--map", map, "--points", points]);
    expect([none.status, none.stderr]).toEqual([EXIT.badInput, expect.stringContaining("features[0].properties.row")]);
  });
});
