/** A scene of any size that takes no memory: pixels are worked out when they are read. */
import type { PixelMapping } from "../src/core/windows/control-grid";
import { type ArrayRaster, arrayRaster, noise } from "../src/testing/array-raster";

export interface BenchScene {
  readonly optical: ArrayRaster;
  readonly auxiliary: { readonly source: ArrayRaster; readonly mapping: PixelMapping };
  /** Bytes of both rasters as stored, uncompressed. */
  readonly rawBytes: number;
}

/** RGB uint8 and float32 heights on a grid 2.5 times coarser. */
export function benchScene(widthPx: number, heightPx: number): BenchScene {
  const optical = arrayRaster({
    widthPx,
    heightPx,
    blockHeightPx: 256,
    roles: ["red", "green", "blue"],
    // Cheap on purpose: decoding is measured elsewhere.
    value: (band, col, row) => (col * 7 + row * 13 + band * 85 + ((col * row) >> 5)) & 255,
  });
  const size = [Math.ceil(widthPx / 2.5), Math.ceil(heightPx / 2.5)] as const;
  const source = arrayRaster({
    widthPx: size[0],
    heightPx: size[1],
    blockHeightPx: 256,
    roles: ["height"],
    dtype: "float32",
    value: (_, col, row) => 100 + (noise(2, col >> 4, row >> 4) % 400) / 20,
  });
  return {
    optical,
    auxiliary: { source, mapping: ([col, row]) => [col / 2.5, row / 2.5] },
    rawBytes: 3 * widthPx * heightPx + 4 * size[0] * size[1],
  };
}

/** The range `benchScene` heights span; measuring it is not what the bench is about. */
export const HEIGHT_RANGE = { min: 100, max: 120 };
