/** A pane as a picture for a paper or a letter: the map as drawn, and under it what it shows and a scale bar. */
import { notify, notifyError, type Studio } from "../../actions/studio";
import { selectScene, selectSceneRuns } from "../../store/selectors";
import { contentClassNames, contentName } from "../describe";
import { messages } from "../messages";
import type { PaneDeck } from "./pane-deck";
import { type Scale, scaleAt } from "./scale";

const words = messages.panes;
/** CSS pixels. */
const FOOTER = { height: 32, padding: 10, gap: 16, line: 1.5, tick: 5 };

/** Puts the picture of a pane on the clipboard as a PNG in device pixels; does nothing without a scene. */
export async function copyPicture(studio: Studio, deck: PaneDeck, pane: number): Promise<void> {
  const state = studio.store.getState();
  const record = selectScene(state);
  const { contents, mode } = state.panes;
  const shown = mode === "swipe" || mode === "lens" ? contents.slice(0, 2) : contents.slice(pane, pane + 1);
  const camera = deck.cameraOf(pane);
  const map = deck.capture(pane);
  if (record === null || shown.length === 0 || camera === null || map === null) {
    return;
  }
  const runs = selectSceneRuns(state);
  const names = shown.map((content) => contentName(content, runs, contentClassNames(state, content)));
  const caption = [record.scene.name, ...names].join(" · ");
  try {
    const picture = withFooter(map, caption, scaleAt(camera.zoom, record.scene.optical.facts));
    const png = await picture.convertToBlob({ type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    notify(studio, "good", words.pictureCopied);
  } catch (error) {
    notifyError(studio, error);
  }
}

function withFooter(map: OffscreenCanvas, caption: string, scale: Scale): OffscreenCanvas {
  const ratio = devicePixelRatio;
  const picture = new OffscreenCanvas(map.width, map.height + Math.round(FOOTER.height * ratio));
  const context = picture.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(map, 0, 0);
  context.translate(0, map.height);
  context.scale(ratio, ratio);

  const width = map.width / ratio;
  const middle = FOOTER.height / 2;
  const barEnd = width - FOOTER.padding;
  const barStart = barEnd - scale.widthPx;
  context.fillStyle = "black";
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "middle";
  context.fillRect(barStart, middle - FOOTER.line / 2, scale.widthPx, FOOTER.line);
  for (const end of [barStart, barEnd - FOOTER.line]) {
    context.fillRect(end, middle - FOOTER.tick, FOOTER.line, 2 * FOOTER.tick);
  }
  context.textAlign = "right";
  const lengthEnd = barStart - FOOTER.padding;
  context.fillText(scale.text, lengthEnd, middle);
  context.textAlign = "left";
  const room = lengthEnd - context.measureText(scale.text).width - FOOTER.gap - FOOTER.padding;
  context.fillText(shortened(context, caption, room), FOOTER.padding, middle);
  return picture;
}

/** The text, or its beginning and an ellipsis where it is longer than `room`. */
export function shortened(context: OffscreenCanvasRenderingContext2D, text: string, room: number): string {
  let kept = text;
  while (kept !== "" && context.measureText(kept === text ? text : `${kept}…`).width > room) {
    kept = kept.slice(0, -1);
  }
  return kept === text ? text : `${kept}…`;
}
