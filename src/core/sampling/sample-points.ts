/**
 * Points at which somebody says what is really there, as GeoJSON or CSV: drawn by the studio, answered on its page, in a
 * GIS or a spreadsheet by filling in `reference`, read back by column and row, whatever became of the coordinates.
 */
import { parseCsv } from "../csv";
import { NadirError } from "../errors";
import { listFaults, readFields, spellFault } from "../json/faults";
import { type Field, integer, list, nullOr, object, text } from "../json/fields";
import { crsMember } from "../vector/geojson-crs";

export interface SamplePoint {
  readonly col: number;
  readonly row: number;
  /** Class of the map at the pixel when it was drawn: its stratum. */
  readonly stratum: number;
  /** The name of the class that is there, empty where nothing can be told; null while nobody has looked. */
  readonly reference: string | null;
}

export const MOST_POINTS = 100_000;

export const samplePointField = object({
  col: integer(0),
  row: integer(0),
  stratum: integer(0, 254),
  reference: nullOr(text),
}) as Field<SamplePoint>;
const feature: Field<{ readonly properties: SamplePoint }> = object({ properties: samplePointField });
const collection = object({ features: list(feature, MOST_POINTS) });

/** Of a CSV file of points; x and y follow, for people and other programs. */
export const POINT_COLUMNS = ["point", "reference", "col", "row", "stratum"] as const;

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
 * @param fileName Named in messages; "….csv" says that it is no GeoJSON.
 * @throws {NadirError} `unknown-labels` when the text is no such file.
 */
export function parseSamplePoints(content: string, fileName: string): readonly SamplePoint[] {
  const value = /\.csv$/i.test(fileName) ? rowsAsFeatures(content) : readJson(content, fileName);
  const read = readFields(collection as Field<{ features: { properties: SamplePoint }[] }>, value);
  if ("faults" in read) throw badPoints(fileName, `It has ${listFaults(read.faults.map(spellFault))}.`);
  return read.value.features.map(({ properties }) => properties);
}

function readJson(content: string, fileName: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw badPoints(fileName, `It is no JSON (${(cause as Error).message}).`, cause);
  }
}

/** Numbers where a cell is one. An empty answer is one that is still to be given: a spreadsheet knows no other. */
function rowsAsFeatures(content: string): unknown {
  const [head = [], ...rows] = parseCsv(content);
  const names = head.map((name) => name.trim().toLowerCase());
  const valueIn = (name: string, cell: string) => {
    if (name === "reference") return cell.trim() === "" ? null : cell === UNTOLD_CELL ? "" : cell;
    return cell.trim() === "" || Number.isNaN(Number(cell)) ? cell : Number(cell);
  };
  const features = rows.map((row) => ({
    properties: Object.fromEntries(names.map((name, at) => [name, valueIn(name, row[at] ?? "")])),
  }));
  return { features };
}

/** In a CSV file, for a point at which nothing can be told. */
export const UNTOLD_CELL = "?";

function badPoints(subject: string, found: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "unknown-labels",
      subject,
      found,
      needed: "Points drawn by the studio are needed, with their columns col, row, stratum and reference.",
      next: "Draw points, fill in reference, and keep the other columns.",
    },
    { cause },
  );
}
