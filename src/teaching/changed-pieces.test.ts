/** What was changed in a map as strokes: burnt again by GDAL they are the pixels that differ. */
import { expect, test } from "vitest";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { findChangedPieces } from "./changed-pieces";
import type { TruthIds } from "./truth-pieces";

const [WIDTH, HEIGHT] = [70, 400];

const JUDGE = `
import json, sys
import numpy as np
from rasterio.features import rasterize
given = json.load(sys.stdin)
w, h = given["size"]
burnt = rasterize([({"type": "Polygon", "coordinates": s["shape"]["rings"]}, s["classId"]) for s in given["strokes"]],
                  (h, w), fill=255, dtype="uint8")
print(json.dumps(burnt.ravel().tolist()))
`;

test.skipIf(withoutPython)("changed pixels come back as areas of their new class, the largest first", async () => {
  const own = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => noise(1, at % 7, at >> 9) % 3);
  const corrected = own.map((id, at) => (noise(2, (at % WIDTH) >> 3, Math.floor(at / WIDTH) >> 3) % 4 === 0 ? 2 : id));
  const { strokes, isCut } = await findChangedPieces(reader(own), reader(corrected), new AbortController().signal);
  expect(isCut).toBe(false);
  const sizes = strokes.map(({ pixels }) => pixels);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  const burnt = runPython(JUDGE, { size: [WIDTH, HEIGHT], strokes }) as number[];
  expect(burnt).toEqual([...corrected].map((id, at) => (id === own[at] ? 255 : id)));
  expect(burnt.filter((id) => id !== 255).length).toBeGreaterThan(1000);
});

function reader(ids: Uint8Array): TruthIds {
  return {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    read: async ({ row, heightPx }) => ids.slice(row * WIDTH, (row + heightPx) * WIDTH),
  };
}
