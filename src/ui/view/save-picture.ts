/**
 * One pane or the whole comparison as a PNG file for a paper or a slide: each map with its name, a scale bar and an arrow
 * to the north, and under them the classes.
 */
import { save } from "../../actions/outputs/save-file";
import { notify, notifyError, type Studio } from "../../actions/studio";
import { screenColour } from "../../core/labels/class-colours";
import type { ScreenRect } from "../../layers/camera";
import { ERROR_COLOURS } from "../../layers/lookup-table";
import { exportName } from "../../outputs/run-labels";
import type { PaneContent } from "../../store/panes";
import { selectLegendClasses, selectScene, selectSceneRuns } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import { contentClassNames, contentName } from "../describe";
import { messages } from "../messages";
import { shortened } from "./copy-picture";
import type { PaneDeck } from "./pane-deck";
import { northAngle, type Scale, scaleAt } from "./scale";

/** CSS pixels, times the factor. */
const STYLE = { caption: 26, gap: 8, margin: 10, legendRow: 22, swatch: 12, text: 12 };

interface MapPicture {
  readonly map: OffscreenCanvas;
  readonly name: string;
  readonly scale: Scale;
  /** Where it stands, caption included; CSS pixels. */
  readonly rect: ScreenRect;
}

interface LegendEntry {
  readonly name: string;
  readonly colour: readonly number[];
}

/**
 * @param pane    Null for all panes as they are arranged.
 * @param factor  Pixels for each of the page's.
 */
export async function savePicture(studio: Studio, deck: PaneDeck, pane: number | null, factor: number): Promise<void> {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record === null) {
    return;
  }
  try {
    const maps = await deck.captureAll(factor);
    const { contents, mode } = state.panes;
    const shown = maps.flatMap((map, index) => (pane === null || pane === index ? [{ map, index }] : []));
    const runs = selectSceneRuns(state);
    const contentsOf = (index: number): readonly PaneContent[] =>
      mode === "swipe" || mode === "lens" ? contents.slice(0, 2) : contents.slice(index, index + 1);
    const widths = shown.map(({ map }) => map.width / factor);
    const layout = pane === null ? paneGrid(deck.panes().map(({ rect }) => rect)) : [{ col: 0, row: 0 }];
    const [cellWidth, cellHeight] = [Math.max(...widths), Math.max(...shown.map(({ map }) => map.height / factor))];
    const pictures = shown.map(({ map, index }, place): MapPicture => {
      const names = contentsOf(index).map((content) => contentName(content, runs, contentClassNames(state, content)));
      const { col, row } = layout[place]!;
      return {
        map,
        name: names.join(" · "),
        scale: scaleAt(deck.cameraOf(index)?.zoom ?? 0, record.scene.optical.facts),
        rect: {
          x: STYLE.margin + col * (cellWidth + STYLE.gap),
          y: STYLE.margin + row * (cellHeight + STYLE.caption + STYLE.gap),
          width: map.width / factor,
          height: map.height / factor,
        },
      };
    });
    const legend = legendOf(
      state,
      shown.flatMap(({ index }) => contentsOf(index)),
    );
    const picture = compose(pictures, legend, northAngle(record.scene.optical.facts), factor);
    const blob = await picture.convertToBlob({ type: "image/png" });
    const fileName = `${exportName(record.scene.name, pane === null ? "comparison" : pictures[0]!.name)}.png`;
    save({ fileName, blob });
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Column and row of each pane, as the panes are arranged on the page. */
function paneGrid(rects: readonly ScreenRect[]): { col: number; row: number }[] {
  const places = (of: (rect: ScreenRect) => number) => [...new Set(rects.map(of))].sort((a, b) => a - b);
  const [cols, rows] = [places(({ x }) => x), places(({ y }) => y)];
  return rects.map(({ x, y }) => ({ col: cols.indexOf(x), row: rows.indexOf(y) }));
}

/** The classes where any pane shows classes, and what the colours of errors say. */
function legendOf(state: StudioState, contents: readonly PaneContent[]): LegendEntry[] {
  const { hidden } = state.legend;
  const kinds = new Set(contents.map(({ kind }) => kind));
  const showsClasses = kinds.has("mask") || kinds.has("truth") || kinds.has("changes") || kinds.has("date-changes");
  const classes = showsClasses ? selectLegendClasses(state).filter(({ key }) => !hidden.includes(key)) : [];
  const errors = contents.flatMap((content) => {
    if (content.kind !== "errors") return [];
    const className = contentClassNames(state, content)[content.classId ?? -1] ?? messages.describe.class;
    const texts = content.classId === null ? messages.panes.keys.errors : messages.panes.keys.errorsOfClass(className);
    return Object.entries(texts).map(([key, name]) => ({
      name,
      colour: ERROR_COLOURS[key as keyof typeof ERROR_COLOURS].slice(0, 3),
    }));
  });
  const own = classes.map((entry) => ({ name: entry.name, colour: screenColour(entry, state.legend) }));
  return [...new Map([...own, ...errors].map((entry) => [entry.name, entry])).values()];
}

function compose(
  pictures: readonly MapPicture[],
  legend: readonly LegendEntry[],
  north: number | null,
  factor: number,
): OffscreenCanvas {
  const right = Math.max(...pictures.map(({ rect }) => rect.x + rect.width));
  const bottom = Math.max(...pictures.map(({ rect }) => rect.y + rect.height + STYLE.caption));
  const font = `${STYLE.text}px ${getComputedStyle(document.body).fontFamily}`;
  const rows = legendRows(legend, right - STYLE.margin, font);
  const width = right + STYLE.margin;
  const height = bottom + STYLE.margin + rows.length * STYLE.legendRow;
  const picture = new OffscreenCanvas(Math.round(width * factor), Math.round(height * factor));
  const context = picture.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, picture.width, picture.height);
  context.scale(factor, factor);
  context.font = font;
  context.textBaseline = "middle";
  for (const each of pictures) drawMap(context, each, north);
  for (const [row, entries] of rows.entries()) {
    const middle = bottom + (row + 0.5) * STYLE.legendRow;
    for (const { name, colour, x } of entries) {
      const left = STYLE.margin + x;
      context.fillStyle = `rgb(${colour.join(" ")})`;
      context.fillRect(left, middle - STYLE.swatch / 2, STYLE.swatch, STYLE.swatch);
      context.strokeStyle = "#777";
      context.lineWidth = 0.5;
      context.strokeRect(left, middle - STYLE.swatch / 2, STYLE.swatch, STYLE.swatch);
      context.fillStyle = "black";
      context.fillText(name, left + STYLE.swatch + 6, middle);
    }
  }
  return picture;
}

/** The map, under it its name on the left and a scale bar on the right, on it the arrow. */
function drawMap(
  context: OffscreenCanvasRenderingContext2D,
  { map, name, scale, rect }: MapPicture,
  north: number | null,
): void {
  context.drawImage(map, rect.x, rect.y, rect.width, rect.height);
  const middle = rect.y + rect.height + STYLE.caption / 2;
  const barEnd = rect.x + rect.width;
  const barStart = barEnd - scale.widthPx;
  context.fillStyle = "black";
  context.fillRect(barStart, middle + 4, scale.widthPx, 1.5);
  for (const end of [barStart, barEnd - 1.5]) context.fillRect(end, middle - 2, 1.5, 7.5);
  const lengthEnd = barStart - 8;
  context.textAlign = "right";
  context.fillText(scale.text, lengthEnd, middle);
  context.textAlign = "left";
  const room = lengthEnd - context.measureText(scale.text).width - 12 - rect.x;
  context.fillText(shortened(context, name, room), rect.x, middle);
  if (north === null) return;
  context.save();
  context.translate(rect.x + rect.width - 20, rect.y + 20);
  context.fillStyle = "rgb(255 255 255 / 85%)";
  context.beginPath();
  context.arc(0, 0, 14, 0, 2 * Math.PI);
  context.fill();
  context.rotate((north * Math.PI) / 180);
  context.fillStyle = "black";
  context.beginPath();
  context.moveTo(0, -11);
  context.lineTo(5, 2);
  context.lineTo(0, -1);
  context.lineTo(-5, 2);
  context.closePath();
  context.fill();
  context.textAlign = "center";
  context.fillText(messages.panes.northLetter, 0, 8);
  context.restore();
}

/** Entries one after the other, a new row where the next one does not fit. */
function legendRows(legend: readonly LegendEntry[], width: number, font: string) {
  const context = new OffscreenCanvas(1, 1).getContext("2d")!;
  context.font = font;
  const rows: (LegendEntry & { readonly x: number })[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const entry of legend) {
    const taken = STYLE.swatch + 6 + context.measureText(entry.name).width + 18;
    if (x + taken > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ ...entry, x });
    x += taken;
  }
  return rows;
}
