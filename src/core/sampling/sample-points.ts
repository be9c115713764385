/**
 * Points at which somebody says what is really there, as GeoJSON: drawn by the studio, answered in any GIS by filling
 * in `reference`, read back by column and row, whatever the GIS did to the coordinates.
 */
import { NadirError } from "../errors";
import { listFaults, readFields, spellFault } from "../json/faults";
import { type Field, integer, list, nullOr, object, text } from "../json/fields";
import { crsMember } from "../vector/geojson-crs";

export interface SamplePoint {
  readonly col: number;
  readonly row: number;
  /** Class of the map at the pixel when it was drawn: its stratum. */
  readonly stratum: number;
  /** The name of the class that is there; null while nobody has said. */
  readonly reference: string | null;
}

const MOST_POINTS = 100_000;

const feature: Field<{ readonly properties: SamplePoint }> = object({
  properties: object({
    col: integer(0),
    row: integer(0),
    stratum: integer(0, 254),
    reference: nullOr(text),
  }),
});
const collection = object({ features: list(feature, MOST_POINTS) });

/**
 * @param toCoordinate Coordinates of a pixel position, x first.
 * @param epsg         Of the coordinates; null for longitude and latitude.
 */
export function formatSamplePoints(
  points: readonly SamplePoint[],
  toCoordinate: (col: number, row: number) => readonly [number, number],
  epsg: number | null,
): string {
  const features = points.map(({ col, row, stratum, reference }, index) => ({
    type: "Feature",
    properties: { point: index + 1, reference, col, row, stratum },
    geometry: { type: "Point", coordinates: toCoordinate(col + 0.5, row + 0.5) },
  }));
  const lines = features.map((each) => JSON.stringify(each)).join(",\n");
  return `{"type":"FeatureCollection",${crsMember(epsg)}"features":[\n${lines}\n]}\n`;
}

/**
 * @param fileName Named in messages.
 * @throws {NadirError} `unknown-labels` when the text is no such file.
 */
export function parseSamplePoints(content: string, fileName: string): readonly SamplePoint[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw badPoints(fileName, `It is no JSON (${(cause as Error).message}).`, cause);
  }
  const read = readFields(collection as Field<{ features: { properties: SamplePoint }[] }>, value);
  if ("faults" in read) throw badPoints(fileName, `It has ${listFaults(read.faults.map(spellFault))}.`);
  return read.value.features.map(({ properties }) => properties);
}

function badPoints(subject: string, found: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "unknown-labels",
      subject,
      found,
      needed: "Points drawn by the studio are needed, with their columns col, row, stratum and reference.",
      next: "Draw points with nadir sample, fill in reference, and keep the other columns.",
    },
    { cause },
  );
}
