/** Right-angled outlines of buildings on synthetic scenes, against their true footprints: judged by GDAL and GEOS. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { POLYGON_DEFAULTS } from "./polygon-options";
import { isCloseEnough, rightAngled } from "./right-angles";
import { createPolygonTracer, type TracedPolygon } from "./trace-polygons";

/** Building pixels as they are, and as a network has them: ragged by a pixel or two, corners rounded. */
const SCENES = `
import base64, json, sys
sys.path.insert(0, "models")
import numpy as np
from scipy import ndimage
from nadir_models.scenes.classes import BUILDING
from nadir_models.scenes.scene import generate_scene

answers = []
for seed, style in json.load(sys.stdin):
    scene = generate_scene(seed, size_px=600, gsd=0.2, style=style, bare=True)
    truth = scene.labels == BUILDING
    rng = np.random.default_rng(seed)
    ragged = ndimage.gaussian_filter(rng.normal(0, 1, truth.shape), 2.0)
    soft = ndimage.gaussian_filter(truth.astype(float), 1.5) + 0.16 * ragged / ragged.std()
    mask = ndimage.median_filter((soft > 0.5).astype(np.uint8), 3)
    answers.append({name: base64.b64encode(np.where(where, 1, 0).astype(np.uint8).tobytes()).decode()
                    for name, where in (("truth", truth), ("mask", mask == 1))})
print(json.dumps(answers))
`;

const JUDGE = `
import base64, json, sys
import numpy as np
from rasterio.features import rasterize
from shapely import is_valid_reason
from shapely.geometry import Polygon

answers = []
for case in json.load(sys.stdin):
    truth = np.frombuffer(base64.b64decode(case["truth"]), np.uint8).reshape(600, 600) == 1
    def shape(rings):
        outline, *holes = [list(zip(ring[::2], ring[1::2])) for ring in rings]
        return Polygon(outline, holes)
    shapes = [shape(rings) for rings in case["polygons"]]
    def iou(polygons):
        burnt = rasterize(polygons, truth.shape, dtype="uint8") == 1
        return float((burnt & truth).sum() / (burnt | truth).sum())
    corners = []
    for rings in case["squared"]:
        for ring in rings:
            points = np.array(ring).reshape(-1, 2)
            before, after = points - np.roll(points, 1, 0), np.roll(points, -1, 0) - points
            turn = np.degrees(np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(1)))
            corners += (np.abs(np.abs(turn) - 90) < 5).tolist()
    answers.append({"invalid": [is_valid_reason(each) for each in shapes if not each.is_valid],
        "mask": iou([shape(rings) for rings in case["traced"]]), "ours": iou(shapes), "right": float(np.mean(corners))})
print(json.dumps(answers))
`;

const PLACES = [
  [3, "suburb"],
  [4, "village"],
  [5, "estate"],
  [6, "works"],
  [7, "city"],
] as const;

interface Judged {
  readonly invalid: readonly string[];
  readonly mask: number;
  readonly ours: number;
  readonly right: number;
}

function trace(ids: Uint8Array, widthPx: number): TracedPolygon[] {
  const polygons: TracedPolygon[] = [];
  const tracer = createPolygonTracer({ widthPx, ignoredId: 0, onPolygon: (polygon) => polygons.push(polygon) });
  for (let at = 0; at < ids.length; at += widthPx) tracer.pushRow(ids.subarray(at, at + widthPx));
  tracer.finish();
  return polygons;
}

describe.skipIf(withoutPython)("right-angled outlines", () => {
  test("are as close to true footprints as the mask they are made of, valid, and right-angled", () => {
    const scenes = runPython(SCENES, PLACES) as { truth: string; mask: string }[];
    const cases = scenes.map(({ truth, mask }) => {
      const patches = trace(Uint8Array.from(Buffer.from(mask, "base64")), 600).filter(
        (patch) => patch.pixelCount >= 100,
      );
      const traced = patches.map(({ rings }) => rings);
      const made = traced.map((rings) => rightAngled(rings));
      const isGood = (at: number) => made[at] !== null && isCloseEnough(made[at]!, POLYGON_DEFAULTS.leastIou);
      const polygons = traced.map((rings, at) => (isGood(at) ? made[at]!.rings : rings));
      return { truth, traced, polygons, squared: polygons.filter((_, at) => isGood(at)) };
    });
    const count = (of: "traced" | "squared") => cases.reduce((sum, each) => sum + each[of].length, 0);
    expect(count("squared")).toBeGreaterThan(0.4 * count("traced"));
    const judged = runPython(JUDGE, cases) as Judged[];
    for (const { invalid, mask, ours, right } of judged) {
      expect(invalid).toEqual([]);
      expect(ours).toBeGreaterThan(mask - 0.01);
      expect(right).toBeGreaterThan(0.9);
    }
  });
});
