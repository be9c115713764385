/** Corrections of a map, judged by GDAL's rasterize (areas), GEOS's distances (lines) and SciPy's labels (patches). */
import { describe, expect, test } from "vitest";
import { noise } from "../../testing/array-raster";
import { runPython, withoutPython } from "../../testing/run-python";
import { photoGrid } from "../vector/stroke-on-photo";
import { correctMask, placeEdit } from "./correct-mask";
import { NO_EDITS, withEdits } from "./edit-log";
import type { ReadIds } from "./find-patch";
import type { MaskEdit } from "./mask-edit";

const [WIDTH, HEIGHT] = [230, 620];
const CLASSES = [
  { id: 0, name: "ground" },
  { id: 1, name: "building" },
  { id: 4, name: "tree" },
];
const GRID = photoGrid({
  geotransform: [500_000, 0.5, 0, 5_600_000, 0, -0.5],
  crs: null,
  widthPx: WIDTH,
  heightPx: HEIGHT,
} as never);

/** Blocks with speckle; a corner without a class. */
const MAP = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
  const [col, row] = [at % WIDTH, Math.floor(at / WIDTH)];
  if (col + row < 60) return 255;
  const speckle = noise(3, col, row) % 11 === 0;
  return CLASSES[(speckle ? noise(4, col, row) : noise(5, col >> 5, row >> 5)) % 3]!.id;
});

const random = (...at: readonly number[]) => noise(17, ...at) / 2 ** 32;
const onMap = (x: number, y: number) => [500_000 + x * 0.5, 5_600_000 - y * 0.5] as const;
const place = (at: number, of: number) => onMap(WIDTH * random(at, of, 0), HEIGHT * random(at, of, 1));

function ringAround(at: number, radius: number): (readonly [number, number])[] {
  const [x, y] = [WIDTH * random(at, 90), HEIGHT * random(at, 91)];
  const corners = Array.from({ length: 7 }, (_, corner) => {
    const reach = radius * (0.4 + random(at, corner, 92));
    return onMap(x + reach * Math.cos((corner * 2 * Math.PI) / 7), y + reach * Math.sin((corner * 2 * Math.PI) / 7));
  });
  return [...corners, corners[0]!];
}

const EDITS = Array.from({ length: 40 }, (_, at): MaskEdit => {
  const names = CLASSES.map(({ name }) => name);
  const to = names[at % 3]!;
  const from = at % 2 === 0 ? null : names[(at + 1) % 3]!;
  const said = { from, to, at: "2026-01-31T12:00:00Z" };
  switch (at % 5) {
    case 0:
      return { ...said, place: { kind: "line", points: [place(at, 0), place(at, 1), place(at, 2)], widthMetres: 4.3 } };
    case 1:
      return { ...said, place: { kind: "area", rings: [ringAround(at, 60), ringAround(at, 12)] } };
    case 2:
    case 3:
      return { ...said, from: null, place: { kind: "patch", at: place(at, 0) } };
    default:
      return at === 24
        ? { ...said, from: "tree", to: "building", place: { kind: "everywhere" } }
        : { ...said, place: { kind: "line", points: [place(at, 0)], widthMetres: 9 } };
  }
});

const JUDGE = `
import json, sys, base64
import numpy as np, shapely
from rasterio.features import rasterize
from scipy.ndimage import label
given = json.load(sys.stdin)
w, h = given["size"]
map = np.frombuffer(base64.b64decode(given["map"]), np.uint8).reshape(h, w).copy()
ids = {entry["name"]: entry["id"] for entry in given["classes"]}
centres = shapely.points(*np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5))
pixel = lambda p: ((p[0] - 500000) * 2, (5600000 - p[1]) * 2)
per_edit = []
for edit in given["edits"]:
    place = edit["place"]
    if place["kind"] == "line":
        points = [pixel(p) for p in place["points"]]
        line = shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)
        chosen = shapely.distance(centres, line) <= place["widthMetres"] / 2
    elif place["kind"] == "area":
        rings = [[pixel(p) for p in ring] for ring in place["rings"]]
        chosen = sum(rasterize([shapely.Polygon(ring)], (h, w)) for ring in rings) % 2 == 1
    elif place["kind"] == "patch":
        col, row = [int(np.floor(v)) for v in pixel(place["at"])]
        labels = label(map == map[row, col])[0]
        chosen = labels == labels[row, col]
    else:
        chosen = np.ones(map.shape, bool)
    chosen &= (map != 255) & (map != ids[edit["to"]])
    if edit["from"] is not None: chosen &= map == ids[edit["from"]]
    map[chosen] = ids[edit["to"]]
    per_edit.append(int(chosen.sum()))
print(json.dumps({"map": base64.b64encode(map.tobytes()).decode(), "perEdit": per_edit,
                  "counts": np.bincount(map.ravel(), minlength=256).tolist()}))
`;

function reader(ids: Uint8Array, read: { most: number } = { most: 0 }): ReadIds {
  return {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    async read({ col, row, widthPx, heightPx }) {
      read.most = Math.max(read.most, widthPx * heightPx);
      const values = new Uint8Array(widthPx * heightPx);
      for (let line = 0; line < heightPx; line++) {
        const from = (row + line) * WIDTH + col;
        values.set(ids.subarray(from, from + widthPx), line * widthPx);
      }
      return values;
    },
  };
}

async function correct(ids: Uint8Array, edits: readonly MaskEdit[], own = ids) {
  const out = new Uint8Array(ids.length);
  const placed = edits.map((edit) => placeEdit(edit, GRID, CLASSES));
  const mask = reader(ids);
  const made = await correctMask(mask, own === ids ? mask : reader(own), placed, async ({ row, values }) =>
    out.set(values, row * WIDTH),
  );
  return { ...made, out };
}

describe.skipIf(withoutPython)("a corrected map", () => {
  const judged = runPython(JUDGE, {
    size: [WIDTH, HEIGHT],
    map: Buffer.from(MAP).toString("base64"),
    classes: CLASSES,
    edits: EDITS,
  }) as { map: string; perEdit: number[]; counts: number[] };

  test("has the pixels that GDAL, GEOS and SciPy give it, edit after edit", async () => {
    const before = MAP.slice();
    const { out, perEdit, classPixels, changedPixels, seenPixels } = await correct(MAP, EDITS);
    expect(perEdit).toEqual(judged.perEdit);
    expect(Buffer.from(out).equals(Buffer.from(judged.map, "base64"))).toBe(true);
    expect(perEdit.filter((pixels) => pixels > 0).length).toBeGreaterThan(30);
    expect(classPixels).toEqual(judged.counts.slice(0, 5));
    expect(changedPixels).toBe(out.filter((id, at) => id !== MAP[at]).length);
    expect(seenPixels).toBe(MAP.filter((id) => id !== 255).length);
    expect(MAP).toEqual(before);
  });

  test("is the same whether it is made at once or of what earlier edits have made", async () => {
    const whole = await correct(MAP, EDITS);
    const half = await correct(MAP, EDITS.slice(0, 17));
    const { perEdit, ...rest } = await correct(half.out, EDITS.slice(17), MAP);
    expect([...half.perEdit, ...perEdit]).toEqual(whole.perEdit);
    expect(rest).toEqual({ ...whole, perEdit: undefined, ...rest });
  });
});

test("places outside the map change nothing", async () => {
  const far: MaskEdit[] = [
    { place: { kind: "patch", at: onMap(-1, 10) }, from: null, to: "tree", at: "2026-01-31T12:00:00Z" },
    {
      place: { kind: "line", points: [onMap(-50, -50)], widthMetres: 9 },
      from: null,
      to: "tree",
      at: "2026-01-31T12:00:00Z",
    },
  ];
  expect(await correct(MAP, far)).toMatchObject({ changedPixels: 0, perEdit: [0, 0] });
});

test("a class that the map has not is refused by name", () => {
  const edit: MaskEdit = { place: { kind: "everywhere" }, from: "tree", to: "lawn", at: "2026-01-31T12:00:00Z" };
  expect(() => placeEdit(edit, GRID, CLASSES)).toThrow(/"lawn".*ground, building, tree/s);
});

test("the key of a log goes by what is changed, not by when, and by everything before", () => {
  const [one, two] = [EDITS[0]!, EDITS[1]!];
  const log = withEdits(NO_EDITS, [one, two]);
  expect(withEdits(withEdits(NO_EDITS, [{ ...one, at: "2027-01-31T12:00:00Z" }]), [two]).keys).toEqual(log.keys);
  expect(withEdits(NO_EDITS, [two]).keys.at(-1)).not.toBe(log.keys.at(-1));
  expect(withEdits(NO_EDITS, [one, { ...two, from: null }]).keys.at(-1)).not.toBe(log.keys.at(-1));
});
