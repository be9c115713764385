/** What a command makes of a class map that is there already: files of the table of formats, polygons with heights. */
import { RUN_FORMATS } from "../outputs/run-formats";
import type { NamedPath } from "./check-outputs";
import { POLYGON_OPTIONS, POLYGON_USAGE } from "./polygon-options";
import { required } from "./read-options";
import type { AskedOutput } from "./write-outputs";

/** Such a map has no confidence. */
const MAP_FORMATS = RUN_FORMATS.filter(({ confidence }) => confidence !== "needed");

export const MAP_OUTPUT_OPTIONS = {
  out: { type: "string" },
  png: { type: "string" },
  polygons: { type: "string" },
  geopackage: { type: "string" },
  "right-angled": { type: "string" },
  dsm: { type: "string" },
  ndsm: { type: "string" },
  dtm: { type: "string" },
  ...POLYGON_OPTIONS,
} as const satisfies Readonly<Record<string, { readonly type: "string" }>>;

export const MAP_OUTPUT_USAGE = `${MAP_FORMATS.map(({ option, help }) => `  ${`--${option} FILE`.padEnd(20)} ${help}`).join("\n")}
  --dsm, --ndsm, --dtm FILE
                       heights of polygons above the ground, and the slope of their roofs
${POLYGON_USAGE}`;

/** In the order of the table. @throws {UsageError} Without `--out`. */
export function readMapOutputs(
  values: {
    readonly [Option in keyof typeof MAP_OUTPUT_OPTIONS]?: string | undefined;
  },
): { readonly out: string; readonly outputs: readonly AskedOutput[] } {
  const outputs = MAP_FORMATS.flatMap(({ id, option }): AskedOutput[] => {
    const path = option === "confidence" ? undefined : values[option];
    return path === undefined ? [] : [{ format: id, path }];
  });
  return { out: required(values.out, "out"), outputs };
}

/** What is read for polygons, to be told apart from what is written. */
export function heightFiles(
  values: {
    readonly [Option in "dsm" | "ndsm" | "dtm"]?: string | undefined;
  },
): readonly NamedPath[] {
  return (["dsm", "ndsm", "dtm"] as const).flatMap((option) => {
    const path = values[option];
    return path === undefined ? [] : [{ name: `--${option}`, path }];
  });
}
