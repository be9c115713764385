/** A made-up scene that the shipped networks tell wrongly: squares of red roof on a lawn, with strokes that say so. */
import type { Stroke } from "../core/vector/stroke";
import { noise } from "./array-raster";
import { plainTiff } from "./plain-tiff";

export const ROOF_SIDE_PX = 192;

/** Squares of 24 px in every other place of a grid are red, the rest is green; both are noisy. */
export const isRoof = (col: number, row: number) => Math.floor(col / 24) % 2 === 1 && Math.floor(row / 24) % 2 === 1;

/** Where `plainTiff` places a pixel of 0.2 m. */
const mapAt = (col: number, row: number) => [500_000 + col / 5, 5_600_000 - row / 5] as const;

/** Across 14 × 6 pixels, 1 m wide. */
export function roofStroke(className: string, col: number, row: number): Stroke {
  return {
    className,
    shape: { kind: "line", points: [mapAt(col, row), mapAt(col + 14, row + 6)], widthMetres: 1 },
  };
}

const ROOFS = "26,26 32,38 74,40 80,26 26,80 30,90 78,76 74,88";
const LAWNS = "4,40 50,20 52,44 4,4 54,54 100,30 30,50 30,104";

const places = (text: string) => text.split(" ").map((place) => place.split(",").map(Number) as [number, number]);

/** Eight of the roofs and eight of the lawn. */
export function roofStrokes(roof: string): readonly Stroke[] {
  return [
    ...places(ROOFS).map(([col, row]) => roofStroke(roof, col, row)),
    ...places(LAWNS).map(([col, row]) => roofStroke("low vegetation", col, row)),
  ];
}

const COLOURS = { roof: [0, 0, 255], lawn: [0, 255, 255] } as const;

/** Photo, surface and truth in the colours of the ISPRS benchmarks: buildings and low vegetation. */
export function roofScene(): Readonly<Record<"photo" | "dsm" | "truth", Uint8Array<ArrayBuffer>>> {
  const pixels = ROOF_SIDE_PX ** 2;
  const size = { widthPx: ROOF_SIDE_PX, heightPx: ROOF_SIDE_PX, pixelSizeMetres: 0.2 };
  const bands = (value: (roof: boolean, band: number, index: number) => number) =>
    Uint8Array.from({ length: 3 * pixels }, (_, index) => {
      const [pixel, band] = [Math.floor(index / 3), index % 3];
      return value(isRoof(pixel % ROOF_SIDE_PX, Math.floor(pixel / ROOF_SIDE_PX)), band, index);
    });
  const photo = bands((roof, band, index) => [roof ? 170 : 70, roof ? 60 : 110, 60][band]! + (noise(2, index) % 40));
  const dsm = Float32Array.from({ length: pixels }, (_, i) => (noise(3, i) % 100) / 500);
  const truth = bands((roof, band) => COLOURS[roof ? "roof" : "lawn"][band]!);
  return {
    photo: plainTiff({ ...size, samples: photo }),
    dsm: plainTiff({ ...size, samples: dsm }),
    truth: plainTiff({ ...size, samples: truth }),
  };
}

/** As a user would drop them. */
export function roofFiles(name = "roofs"): File[] {
  const { photo, dsm, truth } = roofScene();
  return [
    new File([photo], `${name}_RGB.tif`),
    new File([dsm], `${name}_dsm.tif`),
    new File([truth], `${name}_label.tif`),
  ];
}
