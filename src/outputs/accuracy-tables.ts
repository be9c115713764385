/** What a sample of points says of a map, as tables: the error matrix, accuracies and areas with 95 % intervals. */
import { type AreaEstimates, type Estimate, Z_95 } from "../core/sampling/area-estimates";
import { formatTable, type TableFormat } from "./score-table";

export interface SampledMap {
  readonly classNames: readonly string[];
  /** Points of map class i that are of class j. */
  readonly counts: readonly (readonly number[])[];
  /** Area of each class on the map. */
  readonly mapAreas: readonly number[];
  readonly unit: "ha" | "px";
  readonly estimates: AreaEstimates;
}

export function accuracyTables(sample: SampledMap, format: TableFormat): string {
  const { classNames, counts, mapAreas, unit, estimates } = sample;
  const { overallAccuracy, usersAccuracy, producersAccuracy, areas } = estimates;
  const matrix = {
    caption: "points: classes of the map in rows, what is there in columns",
    columns: ["", ...classNames],
    rows: classNames.map((name, at) => [name, ...counts[at]!.map(String)]),
  };
  const accuracy = {
    caption: "accuracy in %, with 95 % intervals",
    columns: ["", "user's", "±", "producer's", "±"],
    rows: [
      ...classNames.map((name, at) => [name, ...inPercent(usersAccuracy[at]!), ...inPercent(producersAccuracy[at]!)]),
      ["overall", ...inPercent(overallAccuracy), "", ""],
    ],
  };
  const area = {
    caption: `area in ${unit}, with 95 % intervals`,
    columns: ["", "on the map", "estimated", "±"],
    rows: classNames.map((name, at) => {
      const { value, standardError } = areas[at]!;
      return [name, ...[mapAreas[at]!, value].map(plain), standardError === null ? "–" : plain(Z_95 * standardError)];
    }),
  };
  return [matrix, accuracy, area].map((table) => formatTable(table, format)).join("\n\n");
}

function inPercent(estimate: Estimate | null): [string, string] {
  if (estimate === null) return ["–", "–"];
  const { value, standardError } = estimate;
  return [(100 * value).toFixed(1), standardError === null ? "–" : (100 * Z_95 * standardError).toFixed(1)];
}

/** Four digits at least, none after the point where there are more before it. */
function plain(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
