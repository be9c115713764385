/**
 * The report as a document: one HTML file that needs nothing beside it, laid out for A4 and Letter alike. Title, figure
 * with legend and scale bar, tables, confusion, settings, versions, limits.
 */
import { columnDistanceMetres } from "../../core/georef/ground-sampling-distance";
import { unionOfClasses } from "../../core/metrics/common-classes";
import { shiftRemark } from "../../core/metrics/map-changes";
import type { Sentence } from "../../core/remarks/remark";
import { spell } from "../../core/remarks/spell";
import { roundLength } from "../../core/round-length";
import { saidBesideScores } from "../../evaluation/place-labels";
import { toBase64 } from "../../io/base64";
import { escapeXml } from "../../io/write-class-map";
import { accuracyFigures } from "../accuracy-tables";
import { changeFigures } from "../change-tables";
import { runLabels, settingsRemark } from "../run-labels";
import { isBest } from "./best-figure";
import type { Picture } from "./draw-tile";
import { BOUNDARY_RULES, type BoundaryRule, type HandedTile, type ModelScores, scoreModels } from "./handed";
import type { ReportWords } from "./report-words";

/** A tile that the figure shows. */
export interface DrawnTile {
  readonly tile: HandedTile;
  readonly pictures: readonly Picture[];
}

const MOST_FIGURE_TILES = 3;

/** What the figure shows of many tiles: the worst, the middle and the best one of the first model's. */
export function figureTiles<Tile extends HandedTile>(tiles: readonly Tile[]): Tile[] {
  if (tiles.length <= MOST_FIGURE_TILES) return [...tiles];
  const ranked = rankedTiles(tiles);
  const chosen = [0, Math.floor(ranked.length / 2), ranked.length - 1].map((at) => ranked[at]);
  return ranked.length < MOST_FIGURE_TILES
    ? tiles.slice(0, MOST_FIGURE_TILES)
    : tiles.filter((tile) => chosen.includes(tile));
}

/** Tiles that the first model is scored on, its worst first. */
function rankedTiles(tiles: readonly HandedTile[]): HandedTile[] {
  const scored = scoreModels(tiles, "withBoundary")[0]?.tiles ?? [];
  const value = ({ scored: { meanIou } }: (typeof scored)[number]) => meanIou ?? 2;
  return [...scored].sort((a, b) => value(a) - value(b)).map(({ tile }) => tile);
}

export function reportDocument(
  tiles: readonly HandedTile[],
  figure: readonly DrawnTile[],
  madeAt: Date,
  words: ReportWords,
): string {
  const names = tiles.map(({ scene }) => scene.name);
  const models = [...new Set(tiles.flatMap(({ runs }) => runs.map(({ modelName }) => modelName)))];
  const title = names.length === 1 ? names[0]! : words.tiles(names.length);
  const body = [
    `<h1>${escapeXml(title)}</h1>`,
    `<p class="quiet">${escapeXml(words.madeWith(models.join(", "), madeAt.toISOString().slice(0, 10)))}</p>`,
    figureSection(figure, tiles, words),
    ...BOUNDARY_RULES.map((rule) => scoreSection(tiles, rule, words)),
    tileSection(tiles, words),
    confusionSection(tiles, words),
    sampleSection(tiles, words),
    changesSection(tiles, words),
    settingsSection(tiles, words),
    limitsSection(tiles, words),
  ];
  return [
    "<!doctype html>",
    `<html lang="${words.language}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)} · Nadir</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><main>${body.filter((part) => part !== "").join("\n")}</main></body>`,
    "</html>",
    "",
  ].join("\n");
}

/** Colours by class are data; everything else is black on white. Widths follow the paper, so that any format prints. */
const STYLE = `
@page { margin: 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #555 } }
main { max-width: 190mm; margin: 8mm auto; font: 10.5pt/1.4 system-ui, sans-serif; color: #111; background: #fff }
h1 { font-size: 17pt; margin: 0 } h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; break-after: avoid }
.quiet { color: #555; font-size: 9pt; margin: 1mm 0 3mm } figure { margin: 2mm 0 4mm; break-inside: avoid } .titled { break-inside: avoid }
.pictures { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 2mm }
.pictures img { display: block; width: 100%; image-rendering: pixelated; border: .2mm solid #999; box-sizing: border-box }
.pictures div { font-size: 8.5pt } figcaption { font-size: 9pt; color: #333; margin-top: 1mm }
.bar { height: 1.2mm; border: solid #111; border-width: 0 .3mm .3mm; box-sizing: border-box }
.legend { display: flex; flex-wrap: wrap; gap: 1mm 5mm; list-style: none; margin: 2mm 0; padding: 0; font-size: 9pt }
.legend i { display: inline-block; width: 3.2mm; height: 3.2mm; margin-right: 1.2mm; border: .2mm solid #777; vertical-align: -.5mm;
  print-color-adjust: exact; -webkit-print-color-adjust: exact }
.wide { overflow-x: auto } @media print { .wide { overflow: visible } main { max-width: none; margin: 0 } }
table { border-collapse: collapse; font-size: 8.5pt; font-variant-numeric: tabular-nums; break-inside: avoid }
th, td { padding: .6mm 1.6mm; text-align: right; border-top: .2mm solid #ccc; font-weight: 400 } thead th { border: 0; color: #444; vertical-align: bottom }
th:first-child, td:first-child { text-align: left; padding-left: 0 } tbody b { font-weight: 700 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5mm 4mm; margin: 0; font-size: 9pt } dt { color: #555 } dd { margin: 0; overflow-wrap: anywhere }
ul { margin: 1mm 0; padding-left: 5mm; font-size: 9.5pt }
`;

function figureSection(figure: readonly DrawnTile[], tiles: readonly HandedTile[], words: ReportWords): string {
  if (figure.length === 0) return "";
  const classes = unionOfClasses(
    figure.flatMap(({ tile: { runs, truth } }) => [...(truth ? [truth] : []), ...runs].map((of) => of.classes)),
  );
  const swatches = classes.map(
    ({ name, colour }) => `<li><i style="background:rgb(${colour.join(",")})"></i>${escapeXml(name)}</li>`,
  );
  const rows = figure.map(({ tile, pictures }) => {
    const images = pictures.map(({ of, png }) => {
      const title = typeof of === "string" ? words[of] : of.model;
      return `<div><img alt="${escapeXml(`${tile.scene.name}, ${title}`)}" src="data:image/png;base64,${toBase64(png)}">${escapeXml(title)}</div>`;
    });
    // One row for up to six; a single picture is no wider than half of the paper.
    const columns = Math.max(2, pictures.length > 6 ? Math.ceil(pictures.length / 2) : pictures.length);
    return `<figure><div class="pictures" style="--columns:${columns}">${images.join("")}</div>${scaleBar(tile, columns, words)}<figcaption>${escapeXml(tile.scene.name)}</figcaption></figure>`;
  });
  const which = rankedTiles(tiles).length < MOST_FIGURE_TILES ? "first" : "worst-middle-best";
  const chosen =
    figure.length < tiles.length ? `<p class="quiet">${escapeXml(words.figureOf(tiles.length, which))}</p>` : "";
  return `<section><h2>${words.figureTitle}</h2>${chosen}${rows.join("\n")}<ul class="legend">${swatches.join("")}</ul></section>`;
}

/** As wide as its length is in the picture above it. */
function scaleBar({ runs }: HandedTile, columns: number, { figure }: ReportWords): string {
  const grid = runs[0]?.grid;
  const metres = grid && columnDistanceMetres(grid);
  if (grid === undefined || metres == null) return "";
  const length = roundLength((grid.widthPx * metres) / 3);
  const text =
    length >= 1000
      ? `${length / 1000} km`
      : length >= 1
        ? `${figure(String(length))} m`
        : `${Math.round(length * 100)} cm`;
  const share = length / (grid.widthPx * metres);
  return `<div class="pictures" style="--columns:${columns}"><div><div class="bar" style="width:${(100 * share).toFixed(3)}%"></div>${text}</div></div>`;
}

type Cells = readonly (readonly (string | null)[])[];

/**
 * Rows with a head each; the largest figure of each column is bold where several rows have one.
 *
 * @param cells Figures with a full stop before their decimals.
 */
function table(
  head: readonly string[],
  names: readonly string[],
  cells: Cells,
  boldBy: "column" | "row" | null,
  { figure }: ReportWords,
): string {
  const best = (row: number, column: number) => {
    const value = cells[row]![column] ?? null;
    const others = boldBy === "column" ? cells.map((line) => line[column] ?? null) : cells[row]!;
    return boldBy !== null && value !== null && isBest(value, others);
  };
  const lines = names.map((name, row) => {
    const line = cells[row]!.map((value, column) => {
      const text = escapeXml(value === null ? "–" : figure(value));
      return `<td>${best(row, column) ? `<b>${text}</b>` : text}</td>`;
    });
    return `<tr><th scope="row">${escapeXml(name)}</th>${line.join("")}</tr>`;
  });
  const heads = head.map((text) => `<th scope="col">${escapeXml(text)}</th>`).join("");
  return `<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}

/** Thousands set apart by thin spaces. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, "\u2009");
}

function percent(value: number | null | undefined): string | null {
  return value == null ? null : (100 * value).toFixed(1);
}

function scoreSection(tiles: readonly HandedTile[], rule: BoundaryRule, words: ReportWords): string {
  const models = scoreModels(tiles, rule);
  if (models.length === 0) return "";
  const classes = unionOfClasses(models.map(({ scores }) => scores.classes));
  const left = classes.filter(({ scored }) => !scored).map(({ name }) => name);
  const names = models.map(({ modelName }) => modelName);
  const px = [...new Set(models.flatMap(({ boundaryPx }) => boundaryPx))];
  const head = rule === "withBoundary" ? words.scores : words.scoresWithoutBoundary(px);
  const pooled = table(
    ["IoU, %", ...classes.map(({ name }) => name), "mIoU", "mF1", "OA", words.kappa],
    names,
    models.map(({ scores: { classes: own, pooled: of } }) => [
      ...classes.map(({ name }) => percent(of.all.perClass[own.findIndex((entry) => entry.name === name)]?.iou)),
      percent(of.scored.meanIou),
      percent(of.scored.meanF1),
      percent(of.all.overallAccuracy),
      of.all.kappa?.toFixed(3) ?? null,
    ]),
    "column",
    words,
  );
  const several = models.some(({ tiles: counted }) => counted.length > 1);
  const byTile = table(
    [words.spreadHead, "mIoU", "OA", words.tilesHead],
    names,
    models.map(({ scores: { meanIou, overallAccuracy }, tiles: counted }) => [
      spread(meanIou),
      spread(overallAccuracy),
      String(counted.length),
    ]),
    null,
    words,
  );
  const means = words.means(classes.length - left.length, classes.length, left);
  const rules = several ? `${words.pooled} ${means}` : means;
  return `<section><h2>${escapeXml(head)}</h2>${pooled}<p class="quiet">${escapeXml(rules)}</p>${several ? byTile : ""}</section>`;
}

function spread({ mean, deviation }: ModelScores["scores"]["meanIou"]): string | null {
  return mean === null ? null : deviation === null ? percent(mean) : `${percent(mean)} ± ${percent(deviation)}`;
}

function tileSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const models = scoreModels(tiles, "withBoundary");
  const scored = tiles.filter((tile) => models.some(({ tiles: own }) => own.some((entry) => entry.tile === tile)));
  if (scored.length < 2) return "";
  const cells = scored.map((tile) =>
    models.map(({ tiles: own }) => percent(own.find((entry) => entry.tile === tile)?.scored.meanIou)),
  );
  const head = ["mIoU, %", ...models.map(({ modelName }) => modelName)];
  return `<section><h2>${words.tileByTile}</h2>${table(
    head,
    scored.map(({ scene }) => scene.name),
    cells,
    "row",
    words,
  )}</section>`;
}

function confusionSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const models = scoreModels(tiles, "withBoundary");
  if (models.length === 0) return "";
  const parts = models.map(({ modelName, scores: { classes, pooled } }) => {
    const { counts, classCount } = pooled.matrix;
    const cells = classes.map((_, row) => {
      const line = [...counts.subarray(row * classCount, (row + 1) * classCount)];
      const sum = line.reduce((total, count) => total + count, 0);
      return [...line.map((count) => (sum === 0 ? null : percent(count / sum))), grouped(sum)];
    });
    const head = [words.confusionHead, ...classes.map(({ name }) => name), words.truthPixels];
    return `<div class="titled"><h3>${escapeXml(modelName)}</h3>${table(
      head,
      classes.map(({ name }) => name),
      cells,
      null,
      words,
    )}</div>`;
  });
  return `<section><h2>${words.confusion}</h2>${parts.join("")}</section>`;
}

/** What was concluded from points that somebody looked at. */
function sampleSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const { sample: said } = words;
  const parts = tiles.flatMap(({ scene, runs }) =>
    runs.flatMap(({ modelName, sample }) => {
      if (sample?.map == null) return [];
      const { map, design, answers } = sample;
      const { matrix, accuracy, overall, areas } = accuracyFigures(map);
      const names = map.classNames;
      const [share, interval] = overall.map(words.figure);
      const points = `${said.points(answers)}; ${said.design(design)}. ${said.overall(share!, interval!)}`;
      const title = tiles.length === 1 ? modelName : `${scene.name}, ${modelName}`;
      return `<div class="titled"><h3>${escapeXml(title)}</h3><p class="quiet">${escapeXml(points)}</p>${[
        table([said.accuracy, said.users, "±", said.producers, "±"], names, accuracy, null, words),
        table([said.area(map.unit), said.onMap, said.estimated, "±"], names, areas, null, words),
        table([said.matrix, ...names], names, matrix, null, words),
      ].join("<p></p>")}</div>`;
    }),
  );
  if (parts.length === 0) return "";
  return `<section><h2>${said.title}</h2>${parts.join("")}<p class="quiet">${said.source}</p></section>`;
}

/** What became of maps at another date. */
function changesSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const { changes: said } = words;
  const parts = tiles.flatMap(({ scene, runs }) =>
    runs.flatMap(({ modelName, changes: compared = [] }) =>
      compared.map((later) => {
        const { changes, placement } = later;
        const { pixels, hectares, balance, objects } = changeFigures(changes);
        const names = changes.classes.map(({ name }) => name);
        const unit = hectares === null ? "px" : "ha";
        const title = `${scene.name}, ${modelName} → ${later.sceneName}, ${later.modelName}`;
        const notes = [
          spell(shiftRemark(changes), words.remarks),
          ...(placement === null ? [] : [said.placed(spell(placement, words.remarks))]),
          ...(changes.unknownPixels === 0 ? [] : [said.unknown(grouped(changes.unknownPixels))]),
        ];
        const least = `${words.figure(String(changes.objects.least))} ${changes.objects.unit}`;
        const tables = [
          table([said.matrix(unit), ...names], names, hectares ?? pixels, null, words),
          table([said.balance(unit), ...said.balanceColumns], names, balance, null, words),
          table([said.objects(least), ...said.objectColumns(unit)], names, objects, null, words),
        ];
        const text = `<p class="quiet">${escapeXml(notes.join(" "))}</p>${tables.join("<p></p>")}`;
        return `<div class="titled"><h3>${escapeXml(title)}</h3>${text}</div>`;
      }),
    ),
  );
  return parts.length === 0 ? "" : `<section><h2>${said.title}</h2>${parts.join("")}</section>`;
}

/** Once per way in which a model was run. */
function settingsSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const { facts: names } = words;
  const byWay = new Map<string, { readonly facts: readonly (readonly [string, string])[]; readonly tiles: string[] }>();
  for (const { scene, runs } of tiles) {
    for (const { modelName, result, windowPx, corrected } of runs) {
      // Which files the heights came from is said of each tile.
      const { heightsMade: _, ...way } = result;
      const labels = runLabels(way, windowPx, corrected);
      const { MODEL = "", MODEL_SHA256 = "", SETTINGS = "", BACKEND = "", READ = "" } = labels;
      const { CLEANING = "", CORRECTED = "" } = labels;
      const key = [modelName, MODEL, MODEL_SHA256, SETTINGS, BACKEND, READ, CLEANING, CORRECTED].join("\n");
      const facts: [string, string][] = way.madeElsewhere
        ? [
            [names.prediction, words.madeElsewhere(modelName)],
            [names.read, READ],
          ]
        : [
            [names.model, `${modelName} (${MODEL})`],
            ["SHA-256", MODEL_SHA256],
            [names.settings, spell(settingsRemark(way, windowPx), words.remarks)],
            [names.ranOn, BACKEND],
          ];
      if (CLEANING !== "") facts.push([names.cleaned, CLEANING]);
      if (CORRECTED !== "") facts.push([names.corrected, CORRECTED]);
      const known = byWay.get(key) ?? { facts, tiles: [] };
      known.tiles.push(scene.name);
      byWay.set(key, known);
    }
  }
  const parts = [...byWay.values()].map(({ facts, tiles: over }) => {
    const lines = [...facts, [names.over, over.length === tiles.length ? words.everyTile : over.join(", ")] as const];
    return `<dl>${lines.map(([name, text]) => `<dt>${name}</dt><dd>${escapeXml(text)}</dd>`).join("")}</dl>`;
  });
  const files = tiles.map(({ scene, runs }) => {
    const { optical, auxiliary, otherAuxiliaries = [], truth } = scene;
    const rasters = [optical, auxiliary, ...otherAuxiliaries, truth].flatMap((raster) => raster?.facts.fileName ?? []);
    const heights = new Set(
      runs.flatMap(({ result: { heightsMade } }) =>
        heightsMade ? [spell({ say: "heights-made", made: heightsMade }, words.remarks)] : [],
      ),
    );
    return `<dt>${escapeXml(scene.name)}</dt><dd>${escapeXml([rasters.join(", "), ...heights].join("; "))}</dd>`;
  });
  return `<section><h2>${words.settings}</h2>${parts.join("<p></p>")}</section><section><h2>${words.files}</h2><dl>${files.join("")}</dl></section>`;
}

/** What the figures do not say of themselves; what is said of many tiles, apart from the names of their files, once. */
function limitsSection(tiles: readonly HandedTile[], words: ReportWords): string {
  const lines = new Map<string, { readonly text: string; readonly of: Set<string> }>();
  const say = (said: Sentence, of: string, { fileName = "", before = "" } = {}) => {
    const text = `${before}${spell(said, words.remarks)}`;
    const key = fileName === "" ? text : text.replaceAll(fileName, "");
    const line = lines.get(key) ?? { text, of: new Set() };
    line.of.add(of);
    lines.set(key, line);
  };
  for (const { scene, truth, runs } of tiles) {
    const { auxiliary, otherAuxiliaries = [] } = scene;
    for (const raster of [auxiliary, ...otherAuxiliaries, scene.truth]) {
      for (const warning of raster?.alignment.warnings ?? [])
        say(warning, scene.name, { fileName: raster!.facts.fileName });
    }
    if (truth === null) say(words.noTruth, scene.name);
    else for (const note of [...truth.notes, ...saidBesideScores(truth)]) say(note, scene.name);
    for (const { modelName, result, evaluation } of runs) {
      for (const note of [...result.warnings, ...(evaluation?.notes ?? [])])
        say(note, scene.name, { before: `${modelName}: ` });
    }
  }
  const items = [...lines.values()].map(({ text, of }) => {
    const where =
      tiles.length === 1 ? "" : of.size === tiles.length ? ` (${words.everyTile})` : ` (${[...of].join(", ")})`;
    return `<li>${escapeXml(`${text}${where}`)}</li>`;
  });
  items.push(`<li>${escapeXml(words.lastLimit)}</li>`);
  return `<section><h2>${words.limits}</h2><ul>${items.join("")}</ul></section>`;
}
