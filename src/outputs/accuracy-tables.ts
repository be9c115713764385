/** What a sample of points says of a map, as tables: the error matrix, accuracies and areas with 95 % intervals. */
import { type Estimate, Z_95 } from "../core/sampling/area-estimates";
import type { SampledMap } from "../core/sampling/sampled-map";
import { formatTable, type TableFormat, type TextTable } from "./score-table";

/** Figures of the three tables as they are written, row by row; classes in the map's order. */
export interface AccuracyFigures {
  /** Points of each class of the map by what is there. */
  readonly matrix: readonly (readonly string[])[];
  /** User's accuracy, half its interval, producer's accuracy, half its interval, in percent. */
  readonly accuracy: readonly (readonly string[])[];
  /** Overall accuracy and half its interval, in percent. */
  readonly overall: readonly [string, string];
  /** Area on the map, estimated, and half its interval, in the map's unit. */
  readonly areas: readonly (readonly string[])[];
}

export function accuracyFigures({ classNames, counts, mapAreas, estimates }: SampledMap): AccuracyFigures {
  const { overallAccuracy, usersAccuracy, producersAccuracy, areas } = estimates;
  return {
    matrix: counts.map((row) => row.map(String)),
    accuracy: classNames.map((_, at) => [...inPercent(usersAccuracy[at]!), ...inPercent(producersAccuracy[at]!)]),
    overall: inPercent(overallAccuracy),
    areas: areas.map(({ value, standardError }, at) => [
      ...[mapAreas[at]!, value].map(plain),
      standardError === null ? "–" : plain(Z_95 * standardError),
    ]),
  };
}

export function accuracyTables(sample: SampledMap, format: TableFormat): string {
  const { matrix, accuracy, overall, areas } = accuracyFigures(sample);
  const named = (rows: readonly (readonly string[])[]) => sample.classNames.map((name, at) => [name, ...rows[at]!]);
  const tables: TextTable[] = [
    {
      caption: "points: classes of the map in rows, what is there in columns",
      columns: ["", ...sample.classNames],
      rows: named(matrix),
    },
    {
      caption: "accuracy in %, with 95 % intervals",
      columns: ["", "user's", "±", "producer's", "±"],
      rows: [...named(accuracy), ["overall", ...overall, "", ""]],
    },
    {
      caption: `area in ${sample.unit}, with 95 % intervals`,
      columns: ["", "on the map", "estimated", "±"],
      rows: named(areas),
    },
  ];
  return tables.map((table) => formatTable(table, format)).join("\n\n");
}

function inPercent(estimate: Estimate | null): [string, string] {
  if (estimate === null) return ["–", "–"];
  const { value, standardError } = estimate;
  return [(100 * value).toFixed(1), standardError === null ? "–" : (100 * Z_95 * standardError).toFixed(1)];
}

/** Four digits, but none after the fourth decimal: of hectares that is a square metre. */
function plain(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(Number(value.toPrecision(4)).toFixed(4)));
}
