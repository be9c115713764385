/** Samples as they stand in projects. */
import { type Field, flag, integer, list, nullable, numberFrom, objectOf, oneOf, tagged, text } from "../json/fields";
import { colour } from "../labels/scheme-fields";
import type { ModelClass } from "../manifest/manifest";
import type { MapSample } from "./map-sample";
import { ALLOCATIONS, DESIGN_LIMITS, type SampleDesign, type SampleSize } from "./sample-design";
import { MOST_POINTS, samplePointField } from "./sample-points";

const MOST_SAMPLES = 1000;
const MOST_CLASSES = 255;

const size = tagged("kind", {
  points: { count: integer(...DESIGN_LIMITS.count) },
  "standard-error": { standardError: numberFrom(0, 1), expectedAccuracy: numberFrom(0, 1) },
}) as Field<SampleSize>;

const design = objectOf<SampleDesign>({
  size,
  allocation: oneOf(ALLOCATIONS),
  least: integer(...DESIGN_LIMITS.least),
  seed: integer(...DESIGN_LIMITS.seed),
});

export const samplesField = list(
  objectOf<MapSample>({
    mapKey: text,
    mapName: text,
    classes: list(objectOf<ModelClass>({ id: integer(0, 254), name: text, colour, scored: flag }), MOST_CLASSES),
    classPixels: list(integer(0), MOST_CLASSES),
    squareMetres: nullable(list(numberFrom(0, Number.MAX_VALUE), 256)),
    design: nullable(design),
    points: list(samplePointField, MOST_POINTS),
  }),
  MOST_SAMPLES,
);
