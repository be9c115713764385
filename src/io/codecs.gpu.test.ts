/** Decoders that load their own modules or WebAssembly, in a real browser (this is the suffix of browser tests). */
import { expect, test } from "vitest";
import { TINY_RASTERS } from "../testing/fixtures/tiny-rasters";
import { openRaster } from "./open-raster";

test.each(["webp", "jpeg", "zstd", "lerc", "png"] as const)("%s", async (codec) => {
  const bytes = Uint8Array.from(atob(TINY_RASTERS[codec]), (character) => character.charCodeAt(0));
  const source = await openRaster({ file: new File([bytes], `tiny.${codec === "png" ? "png" : "tif"}`) });
  const { bands } = await source.read({ rect: { col: 0, row: 0, widthPx: 16, heightPx: 16 }, bands: [0, 1, 2] });
  const tolerance = codec === "jpeg" ? 12 : 0;
  for (let pixel = 0; pixel < 256; pixel++) {
    const [row, col] = [Math.floor(pixel / 16), pixel % 16];
    expect(Math.abs(bands[0]![pixel]! - ((9 * row + 5 * col) % 256))).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(bands[1]![pixel]! - 40)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(bands[2]![pixel]! - (row + 3 * col))).toBeLessThanOrEqual(tolerance);
  }
});
