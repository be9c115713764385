/**
 * What `bench/teach.ts` measured, as the table and the curves of `docs/teaching.md`.
 *
 *   npx tsx bench/teach-report.ts bench/teach.jsonl docs/teaching-curves.svg
 *
 * The lines of one scene and model are several sequences of strokes: the table has their mean, and how far the lowest
 * round of any of them lies from zero-shot. Prints the table as Markdown.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Sequence {
  readonly scene: string;
  readonly model: string;
  /** Mean IoU, 0–1, here and in `after` and `all`. */
  readonly zeroShot: number;
  readonly after: readonly number[];
  readonly all: number;
}

interface Row {
  readonly scene: string;
  readonly model: string;
  /** Before any stroke, then after each round. */
  readonly rounds: readonly number[];
  readonly all: number;
  readonly lowest: number;
}

const MODELS: Readonly<Record<string, { readonly title: string; readonly colour: string; readonly dash: string }>> = {
  emsnet: { title: "EMSNet", colour: "#0072b2", dash: "" },
  "emsnet-nano": { title: "EMSNet nano", colour: "#0072b2", dash: "4 3" },
  mobanet: { title: "MoBaNet", colour: "#d55e00", dash: "" },
  "mobanet-nano": { title: "MoBaNet nano", colour: "#d55e00", dash: "4 3" },
  mfnet: { title: "MFNet", colour: "#009e73", dash: "" },
  "mfnet-nano": { title: "MFNet nano", colour: "#009e73", dash: "4 3" },
};

function rowsOf(sequences: readonly Sequence[]): readonly Row[] {
  const scenes = [...new Set(sequences.map(({ scene }) => scene))];
  return scenes.flatMap((scene) =>
    Object.keys(MODELS).flatMap((model) => {
      const own = sequences.filter((sequence) => sequence.scene === scene && sequence.model === model);
      if (own.length === 0) return [];
      const { zeroShot, all } = own[0]!;
      const after = own[0]!.after.map(
        (_, round) => own.reduce((sum, { after }) => sum + after[round]!, 0) / own.length,
      );
      const lowest = Math.min(...own.flatMap(({ after }) => after)) - zeroShot;
      return [{ scene, model, rounds: [zeroShot, ...after], all, lowest }];
    }),
  );
}

function table(rows: readonly Row[]): string {
  const rounds = rows[0]!.rounds.slice(1).map((_, at) => `${at + 1}`);
  const hundredths = (value: number) => (100 * value).toFixed(1);
  const head = ["scene", "model", "zero-shot", ...rounds, "all", "of the way", "lowest"];
  const cells = [
    head,
    head.map(() => "---"),
    ...rows.map(({ scene, model, rounds, all, lowest }) => {
      const way = (rounds.at(-1)! - rounds[0]!) / (all - rounds[0]!);
      const title = MODELS[model]!.title;
      return [
        scene,
        title,
        ...rounds.map(hundredths),
        hundredths(all),
        `${Math.round(100 * way)} %`,
        hundredths(lowest),
      ];
    }),
  ];
  return cells.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const [PANEL_PX, PLOT_PX, GAP_PX, COLUMNS, LEGEND_PX] = [250, 190, 40, 3, 34] as const;

function curves(rows: readonly Row[]): string {
  const scenes = [...new Set(rows.map(({ scene }) => scene))];
  const lines = Math.ceil(scenes.length / COLUMNS);
  const [width, height] = [COLUMNS * PANEL_PX + GAP_PX, lines * (PLOT_PX + 2 * GAP_PX) + LEGEND_PX];
  const legend = Object.values(MODELS).map(({ title, colour, dash }, at) => {
    const x = GAP_PX + at * 126;
    return `<path d="M${x} 20h24" stroke="${colour}" stroke-dasharray="${dash}"/><text x="${x + 30}" y="24">${title}</text>`;
  });
  const panels = scenes.map((scene, at) => {
    const [x, y] = [GAP_PX + (at % COLUMNS) * PANEL_PX, LEGEND_PX + Math.floor(at / COLUMNS) * (PLOT_PX + 2 * GAP_PX)];
    return `<g transform="translate(${x} ${y + GAP_PX})">${panel(scene, rows)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="none" stroke-width="1.6">`,
    `<rect width="100%" height="100%" fill="#fff"/><g fill="#222">`,
    ...legend,
    ...panels,
    "</g></svg>",
    "",
  ].join("\n");
}

/** Mean IoU against rounds; a tick at the right is the head fitted to the whole truth. */
function panel(scene: string, rows: readonly Row[]): string {
  const own = rows.filter((row) => row.scene === scene);
  const values = own.flatMap(({ rounds, all }) => [...rounds, all]);
  const least = Math.floor(Math.min(...values) * 10) / 10;
  const most = Math.min(1, Math.ceil(Math.max(...values) * 10) / 10);
  const side = PANEL_PX - GAP_PX - 16;
  const last = own[0]!.rounds.length - 1;
  const at = (round: number) => ((side - 14) * round) / last;
  const up = (value: number) => PLOT_PX * (1 - (value - least) / (most - least));
  const steps = Array.from({ length: Math.round((most - least) * 10) + 1 }, (_, step) => least + step / 10);
  return [
    `<text y="-10" font-weight="bold">${scene}</text>`,
    ...steps.map(
      (value) =>
        `<path d="M0 ${up(value).toFixed(1)}h${side}" stroke="#ddd" stroke-width="1"/><text x="-6" y="${(up(value) + 4).toFixed(1)}" text-anchor="end">${Math.round(100 * value)}</text>`,
    ),
    ...own[0]!.rounds.map(
      (_, round) => `<text x="${at(round).toFixed(1)}" y="${PLOT_PX + 16}" text-anchor="middle">${round}</text>`,
    ),
    ...own.map(({ model, rounds, all }) => {
      const { colour, dash } = MODELS[model]!;
      const points = rounds.map((value, round) => `${at(round).toFixed(1)} ${up(value).toFixed(1)}`);
      return `<path d="M${points.join("L")}" fill="none" stroke="${colour}" stroke-dasharray="${dash}"/><path d="M${side - 8} ${up(all).toFixed(1)}h8" stroke="${colour}"/>`;
    }),
  ].join("\n");
}

const [measured, picture] = process.argv.slice(2);
if (measured === undefined || picture === undefined)
  throw new Error("Give the measured lines and the picture to write.");
const sequences = readFileSync(measured, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line) as Sequence);
const rows = rowsOf(sequences);
writeFileSync(picture, curves(rows));
console.log(table(rows));
