/** Everything by keyboard. The list below is both what the keys do and what the `?` sheet and the palette show. */

import { type RefObject, useEffect } from "react";
import { openCorrecting } from "../actions/correcting/draw-edits";
import { clearCell, stepBlob } from "../actions/evaluation/evaluate-run";
import { exportMask } from "../actions/outputs/export-mask";
import { saveProject, shareProject } from "../actions/projects/gather-project";
import { holdQueue } from "../actions/runs/hold-queue";
import { cancelRun, runChosenModels } from "../actions/runs/run-model";
import { startReview } from "../actions/sampling/review-points";
import { openSample } from "../actions/scenes/open-files";
import { setArea, setDrawingArea } from "../actions/scenes/set-area";
import { notify, type Studio } from "../actions/studio";
import { chooseTool, openTeaching } from "../actions/teaching/choose-tool";
import { learnFromStrokes } from "../actions/teaching/learn";
import { stepPlace } from "../actions/teaching/next-places";
import { redo, undo } from "../actions/undo";
import {
  changeLegend,
  compareAll,
  moveAllCameras,
  openDialog,
  selectComparable,
  setBlinking,
  setCompareMode,
  setLinked,
  setMosaic,
  setPaneContent,
  setPaneCount,
  setTheme,
  toggleColumn,
} from "../actions/view/arrange";
import { clearMeasured, startMeasuring, undoMeasuredPlace } from "../actions/view/measure";
import { copyViewLink } from "../actions/view/view-link";
import { formatsOf, RUN_FORMATS, type RunFormatId } from "../outputs/run-formats";
import type { PaneContent } from "../store/panes";
import {
  selectDoneRuns,
  selectIsQueueHeld,
  selectRunObstacle,
  selectScene,
  selectSceneRuns,
  selectUnfinishedRuns,
} from "../store/selectors";
import { messages } from "./messages";
import { said } from "./remarks";
import { copyPicture } from "./view/copy-picture";
import { nudge, showActualPixels } from "./view/move-camera";
import type { PaneDeck } from "./view/pane-deck";

const words = messages.keyboard;

export interface Command {
  readonly id: string;
  readonly name: string;
  /** Keys as shown; matched by `matches`. */
  readonly keys: string;
  readonly matches: (event: KeyboardEvent) => boolean;
  /** Whether it also works while a dialog is open. */
  readonly inDialogs?: true;
  readonly run: (studio: Studio, deck: PaneDeck | null) => void;
}

const plain = (key: string) => (event: KeyboardEvent) =>
  event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey;
const control =
  (key: string, shift = false) =>
  (event: KeyboardEvent) =>
    (event.ctrlKey || event.metaKey) && event.shiftKey === shift && event.key.toLowerCase() === key;

const STROKE_TOOLS = [
  { tool: "brush", key: "B" },
  { tool: "lasso", key: "L" },
  { tool: "polygon", key: "P" },
  { tool: "flood", key: "F" },
  { tool: "eraser", key: "E" },
] as const;

export const COMMANDS: readonly Command[] = [
  {
    id: "open-files",
    name: words.openFiles,
    keys: "O",
    matches: plain("o"),
    run: () => document.querySelector<HTMLInputElement>("[data-role=file-input]")?.click(),
  },
  {
    id: "open-address",
    name: messages.address.command,
    keys: "U",
    matches: plain("u"),
    run: (studio) => openDialog(studio, "address"),
  },
  {
    id: "sample",
    name: words.sample,
    keys: "S",
    matches: plain("s"),
    run: (studio) => void openSample(studio),
  },
  {
    id: "run",
    name: words.run,
    keys: "R",
    matches: plain("r"),
    run(studio) {
      const obstacle = said(selectRunObstacle(studio.store.getState()));
      if (obstacle === null) {
        runChosenModels(studio);
      } else {
        notify(studio, "info", obstacle);
      }
    },
  },
  {
    id: "cancel",
    name: words.cancel,
    keys: "Ctrl+.",
    // On some keyboards the full stop needs the shift key.
    matches: ({ key, ctrlKey, metaKey }) => (ctrlKey || metaKey) && key === ".",
    inDialogs: true,
    run(studio) {
      const running = selectSceneRuns(studio.store.getState()).filter(({ state }) => state.status === "running");
      for (const { id } of running) {
        cancelRun(studio, id);
      }
    },
  },
  {
    id: "hold-queue",
    name: words.holdQueue,
    keys: "Q",
    matches: plain("q"),
    run(studio) {
      const state = studio.store.getState();
      if (selectUnfinishedRuns(state).length > 0) holdQueue(studio, !selectIsQueueHeld(state));
    },
  },
  {
    id: "put-away",
    name: words.putAway,
    keys: "Esc",
    matches: plain("Escape"),
    run(studio) {
      const { drawingArea, measured } = studio.store.getState().workspace;
      if (drawingArea) {
        setDrawingArea(studio, false);
      } else if (measured !== null) {
        clearMeasured(studio);
      } else {
        clearCell(studio);
      }
    },
  },
  {
    id: "draw-area",
    name: words.drawArea,
    keys: "A",
    matches: plain("a"),
    run: (studio) => setDrawingArea(studio, selectScene(studio.store.getState()) !== null),
  },
  {
    id: "clear-area",
    name: words.clearArea,
    keys: "Shift+A",
    matches: plain("A"),
    run: (studio) => setArea(studio, null),
  },
  ...RUN_FORMATS.map(({ id, key }) => ({
    id: `export-${id}`,
    name: words.exportNewest(messages.topBar.exports[id].text),
    keys: key ?? "",
    matches: key === null ? () => false : plain(key.toLowerCase()),
    run: (studio: Studio) => exportNewest(studio, id),
  })),
  {
    id: "hand-over",
    name: messages.handOver.command,
    keys: "H",
    matches: plain("h"),
    run: (studio) => openDialog(studio, "hand-over"),
  },
  {
    id: "save-project",
    name: words.saveProject,
    keys: "Ctrl+S",
    matches: control("s"),
    run: saveProject,
  },
  {
    id: "share-project",
    name: messages.project.shareCommand,
    keys: "",
    matches: () => false,
    run: (studio) => void shareProject(studio, true),
  },
  {
    id: "copy-link",
    name: words.copyLink,
    keys: "Ctrl+Shift+L",
    matches: control("l", true),
    run: (studio) => void copyViewLink(studio),
  },
  {
    id: "copy-picture",
    name: messages.panes.copyPicture,
    keys: "I",
    matches: plain("i"),
    run: (studio, deck) => deck !== null && void copyPicture(studio, deck, studio.store.getState().panes.activePane),
  },
  ...([1, 2, 4, 6] as const).map(
    (count): Command => ({
      id: `panes-${count}`,
      name: words.panes(count),
      keys: String(count),
      matches: plain(String(count)),
      run: (studio) => setPaneCount(studio, count),
    }),
  ),
  {
    id: "compare-all",
    name: words.compareAll,
    keys: "V",
    matches: plain("v"),
    run(studio) {
      if (selectComparable(studio.store.getState()).length > 1) {
        compareAll(studio);
      } else {
        notify(studio, "info", words.noComparison);
      }
    },
  },
  {
    id: "fit",
    name: words.fit,
    keys: words.fitKeys,
    matches: (event) => plain("f")(event) || plain("0")(event),
    run: (studio) => moveAllCameras(studio, null),
  },
  {
    id: "mosaic",
    name: messages.mapTools.mosaic,
    keys: "Y",
    matches: plain("y"),
    run: (studio) => setMosaic(studio, !studio.store.getState().workspace.mosaic),
  },
  {
    id: "actual-pixels",
    name: words.actualPixels,
    keys: "X",
    matches: plain("x"),
    run: showActualPixels,
  },
  {
    id: "go-to",
    name: messages.goTo.command,
    keys: "G",
    matches: plain("g"),
    run: (studio) => openDialog(studio, selectScene(studio.store.getState()) === null ? null : "go-to"),
  },
  {
    id: "teach",
    name: messages.strokes.commands.open,
    keys: "J",
    matches: plain("j"),
    run: (studio) => {
      const { isOpen, purpose } = studio.store.getState().strokes;
      openTeaching(studio, !isOpen || purpose === "correct");
    },
  },
  {
    id: "correct",
    name: messages.correcting.command,
    keys: "Shift+K",
    matches: plain("K"),
    run: (studio) => {
      const { isOpen, purpose } = studio.store.getState().strokes;
      openCorrecting(studio, !isOpen || purpose === "teach");
    },
  },
  {
    id: "learn",
    name: messages.teach.commands.learn,
    keys: "Shift+J",
    matches: plain("J"),
    run: (studio) => void learnFromStrokes(studio),
  },
  {
    id: "next-place",
    name: messages.teach.commands.nextPlace,
    keys: "Shift+N",
    matches: plain("N"),
    run: (studio) => void stepPlace(studio, 1),
  },
  {
    id: "review-points",
    name: messages.accuracy.command,
    keys: "Shift+R",
    matches: plain("R"),
    run: startReview,
  },
  ...STROKE_TOOLS.map(
    ({ tool, key }): Command => ({
      id: `stroke-${tool}`,
      name: messages.strokes.commands[tool],
      keys: `Shift+${key}`,
      matches: plain(key),
      run: (studio) => chooseTool(studio, tool),
    }),
  ),
  {
    id: "measure-length",
    name: messages.measure.length,
    keys: "M",
    matches: plain("m"),
    run: (studio) => startMeasuring(studio, "length"),
  },
  {
    id: "measure-area",
    name: messages.measure.area,
    keys: "Shift+M",
    matches: plain("M"),
    run: (studio) => startMeasuring(studio, "area"),
  },
  {
    id: "undo-measured",
    name: messages.measure.undo,
    keys: "Backspace",
    matches: plain("Backspace"),
    run: undoMeasuredPlace,
  },
  {
    id: "zoom-in",
    name: words.zoomIn,
    keys: "+",
    matches: (event) => plain("+")(event) || plain("=")(event),
    run: (studio, deck) => nudge(studio, deck, 0, 0, 0.5),
  },
  {
    id: "zoom-out",
    name: words.zoomOut,
    keys: "−",
    matches: plain("-"),
    run: (studio, deck) => nudge(studio, deck, 0, 0, -0.5),
  },
  {
    id: "pan-left",
    name: words.panLeft,
    keys: "←",
    matches: plain("ArrowLeft"),
    run: (studio, deck) => nudge(studio, deck, -1, 0, 0),
  },
  {
    id: "pan-right",
    name: words.panRight,
    keys: "→",
    matches: plain("ArrowRight"),
    run: (studio, deck) => nudge(studio, deck, 1, 0, 0),
  },
  {
    id: "pan-up",
    name: words.panUp,
    keys: "↑",
    matches: plain("ArrowUp"),
    run: (studio, deck) => nudge(studio, deck, 0, -1, 0),
  },
  {
    id: "pan-down",
    name: words.panDown,
    keys: "↓",
    matches: plain("ArrowDown"),
    run: (studio, deck) => nudge(studio, deck, 0, 1, 0),
  },
  {
    id: "link",
    name: words.link,
    keys: "L",
    matches: plain("l"),
    run: (studio) => setLinked(studio, !studio.store.getState().panes.linked),
  },
  {
    id: "swipe",
    name: words.swipe,
    keys: "W",
    matches: plain("w"),
    run: (studio) => toggleMode(studio, "swipe"),
  },
  { id: "lens", name: words.lens, keys: "K", matches: plain("k"), run: (studio) => toggleMode(studio, "lens") },
  {
    id: "blink",
    name: words.blink,
    keys: words.blinkKeys,
    matches: () => false,
    run: (studio) => toggleMode(studio, "blink"),
  },
  { id: "next-content", name: words.nextContent, keys: "C", matches: plain("c"), run: cycleContent },
  {
    id: "next-blob",
    name: words.nextBlob,
    keys: "N",
    matches: plain("n"),
    run: (studio) => stepBlob(studio, 1),
  },
  {
    id: "more-opaque",
    name: words.moreOpaque,
    keys: "]",
    matches: plain("]"),
    run: (studio) => shiftOpacity(studio, 0.1),
  },
  {
    id: "less-opaque",
    name: words.lessOpaque,
    keys: "[",
    matches: plain("["),
    run: (studio) => shiftOpacity(studio, -0.1),
  },
  {
    id: "drawer",
    name: words.drawer,
    keys: "D",
    matches: plain("d"),
    run: (studio) => toggleColumn(studio, "right", window.innerWidth),
  },
  {
    id: "left-column",
    name: words.leftColumn,
    keys: "Shift+D",
    matches: plain("D"),
    run: (studio) => toggleColumn(studio, "left", window.innerWidth),
  },
  {
    id: "theme",
    name: words.theme,
    keys: "T",
    matches: plain("t"),
    run: (studio) => setTheme(studio, studio.store.getState().workspace.theme === "dark" ? "light" : "dark"),
  },
  {
    id: "undo",
    name: words.undo,
    keys: "Ctrl+Z",
    matches: control("z"),
    inDialogs: true,
    run: undo,
  },
  {
    id: "redo",
    name: words.redo,
    keys: "Ctrl+Shift+Z",
    matches: control("z", true),
    inDialogs: true,
    run: redo,
  },
  {
    id: "commands",
    name: words.commands,
    keys: "Ctrl+K",
    matches: control("k"),
    run: (studio) => openDialog(studio, "commands"),
  },
  {
    id: "shortcuts",
    name: words.shortcuts,
    keys: "?",
    matches: plain("?"),
    run: (studio) => openDialog(studio, "shortcuts"),
  },
];

export function useKeyboard(studio: Studio, deck: RefObject<PaneDeck | null>): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      // Esc that closed a menu or a sheet has done its work.
      if (isTyping(event) || event.defaultPrevented) {
        return;
      }
      const inDialog = studio.store.getState().workspace.dialog !== null;
      if (plain("b")(event) && !inDialog) {
        setBlinking(studio, true);
        return;
      }
      const command = COMMANDS.find(({ matches, inDialogs }) => matches(event) && (inDialogs || !inDialog));
      if (command !== undefined && !(isWidget(event) && event.key.startsWith("Arrow"))) {
        event.preventDefault();
        command.run(studio, deck.current);
      }
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === "b") {
        setBlinking(studio, false);
      }
    };
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
    };
  }, [studio, deck]);
}

/** Lists and menus choose by letters, but know no combinations with Ctrl. */
export function isTyping({ target, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches("input, textarea, [contenteditable=true]") ||
      (target.closest("select, [role=menu]") !== null && !ctrlKey && !metaKey))
  );
}

/** Sliders, tabs, menus and toggle groups move by arrow keys themselves. */
export function isWidget({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("[role=slider], [role=tab], [role=menu], [role=radio], [role=group], [role=separator]") !== null
  );
}

function toggleMode(studio: Studio, mode: "swipe" | "lens" | "blink"): void {
  setCompareMode(studio, studio.store.getState().panes.mode === mode ? "side-by-side" : mode);
}

function shiftOpacity(studio: Studio, step: number): void {
  const { opacity } = studio.store.getState().legend;
  changeLegend(studio, { opacity: Math.min(1, Math.max(0, opacity + step)) });
}

function exportNewest(studio: Studio, format: RunFormatId): void {
  const newest = selectDoneRuns(studio.store.getState()).at(-1);
  if (newest === undefined) {
    notify(studio, "info", words.noMask);
  } else if (!formatsOf(newest.state.result.confidenceId).some(({ id }) => id === format)) {
    notify(studio, "info", words.noConfidence);
  } else {
    void exportMask(studio, newest.id, format);
  }
}

function cycleContent(studio: Studio): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record === null) {
    return;
  }
  const choices: PaneContent[] = [
    { kind: "optical" },
    ...(record.scene.auxiliary === null ? [] : [{ kind: "hillshade" } as const]),
    ...(record.scene.truth === null ? [] : [{ kind: "truth" } as const]),
    ...selectDoneRuns(state).map(({ id }) => ({ kind: "mask", runId: id }) as const),
  ];
  const { activePane, contents } = state.panes;
  const current = JSON.stringify(contents[activePane]);
  const index = choices.findIndex((choice) => JSON.stringify(choice) === current);
  const next = choices[(index + 1) % choices.length];
  if (next !== undefined) {
    setPaneContent(studio, activePane, next);
  }
}
