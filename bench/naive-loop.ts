/**
 * The baseline: how web demos run a model over an image. One window at a time, values go through JavaScript both ways,
 * logits are read back and blended in an array as large as the image.
 */
import type { ModelManifest } from "../src/core/manifest/manifest";
import { planAxis } from "../src/core/windows/plan-windows";
import type { NetworkSession } from "../src/inference/backend";
import { type BenchScene, HEIGHT_RANGE } from "./scene";

export async function naiveLoop(
  manifest: ModelManifest,
  session: NetworkSession,
  { optical, auxiliary }: BenchScene,
  stridePx: number,
): Promise<{ classIds: Uint8Array; windows: number }> {
  const { widthPx: width, heightPx: height } = optical.facts;
  const side = manifest.window.sizePx;
  const padded = side + manifest.window.padPx;
  const classCount = manifest.classes.length;
  const whole = { col: 0, row: 0, widthPx: width, heightPx: height };
  const rgb = (await optical.read({ rect: whole, bands: [0, 1, 2] })).bands;
  const { widthPx: auxWidth, heightPx: auxHeight } = auxiliary.source.facts;
  const auxRect = { col: 0, row: 0, widthPx: auxWidth, heightPx: auxHeight };
  const heights = (await auxiliary.source.read({ rect: auxRect, bands: [0] })).bands[0]!;
  const sums = new Float32Array(classCount * width * height);
  let windows = 0;
  for (const { startPx: top } of planAxis(height, side, stridePx, "flat")) {
    for (const { startPx: left } of planAxis(width, side, stridePx, "flat")) {
      const opticalData = new Float32Array(3 * padded * padded);
      const dsmData = new Float32Array(padded * padded);
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const from = (top + y) * width + left + x;
          for (let band = 0; band < 3; band++) opticalData[(band * padded + y) * padded + x] = rgb[band]![from]! / 255;
          // Nearest neighbour, as demos do.
          const auxCol = Math.min(auxWidth - 1, Math.floor((left + x + 0.5) / 2.5));
          const auxRow = Math.min(auxHeight - 1, Math.floor((top + y + 0.5) / 2.5));
          const { min, max } = HEIGHT_RANGE;
          dsmData[y * padded + x] = (heights[auxRow * auxWidth + auxCol]! - min) / (max - min);
        }
      }
      const { data, dims } = await session.run({
        optical: { dims: [1, 3, padded, padded], data: opticalData },
        dsm: { dims: [1, 1, padded, padded], data: dsmData },
      });
      // Coarser logits: nearest neighbour again.
      const coarse = dims[3]!;
      const place = Int32Array.from({ length: side }, (_, at) => Math.floor(((at + 0.5) * coarse) / padded));
      windows++;
      for (let c = 0; c < classCount; c++) {
        for (let y = 0; y < side; y++) {
          const to = (c * height + top + y) * width + left;
          const from = (c * coarse + place[y]!) * coarse;
          for (let x = 0; x < side; x++) sums[to + x]! += data[from + place[x]!]!;
        }
      }
    }
  }
  const plane = width * height;
  const classIds = Uint8Array.from({ length: plane }, (_, at) => {
    let best = 0;
    for (let c = 1; c < classCount; c++) if (sums[c * plane + at]! > sums[best * plane + at]!) best = c;
    return best;
  });
  return { classIds, windows };
}
