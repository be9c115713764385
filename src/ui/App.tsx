/** The room: scenes, runs and classes on the left, panes in the middle, evaluation on the right, one thin bar below. */
import { Tooltip } from "radix-ui";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { openDropped } from "../actions/projects/restore-project";
import { addPredictions } from "../actions/runs/add-prediction";
import { droppedFiles } from "../actions/scenes/dropped-files";
import { dismissNotice, undoNotice } from "../actions/studio";
import { selectReview } from "../store/sample-selectors";
import { useBridge } from "./bridge";
import { CorrectTools } from "./correcting/CorrectTools";
import { Dialogs } from "./Dialogs";
import { EvaluationPanel } from "./evaluation/EvaluationPanel";
import { useKeyboard } from "./keyboard";
import { messages } from "./messages";
import { RunQueue } from "./runs/RunQueue";
import { RunsPanel } from "./runs/RunsPanel";
import { StatusBar } from "./StatusBar";
import { useSelect, useSelectList, useStudio } from "./StudioContext";
import { ReviewBar } from "./sampling/ReviewBar";
import { EmptyState } from "./scenes/EmptyState";
import { ScenesPanel } from "./scenes/ScenesPanel";
import { TopBar } from "./TopBar";
import { StrokeTools } from "./teaching/StrokeTools";
import { TeachPanel } from "./teaching/TeachPanel";
import { LegendPanel } from "./view/LegendPanel";
import { Panes } from "./view/Panes";
import type { PaneDeck } from "./view/pane-deck";

const words = messages.app;

/** Below this width the evaluation column is a drawer. */
const SMALL_WIDTH_PX = 1180;
/** From this width on it has room for a test set of four models. */
const WIDE_WIDTH_PX = 1800;

export function App() {
  const studio = useStudio();
  const deckRef = useRef<PaneDeck | null>(null);
  const theme = useSelect((state) => state.workspace.theme);
  const hasScene = useSelect((state) => state.scenes.records.length > 0);
  const drawerOpen = useSelect((state) => state.workspace.drawerOpen);
  const isTeaching = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "teach");
  const isCorrecting = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "correct");
  const reviewed = useSelectList(selectReview);
  const small = useSmallWindow();
  const over = useFileDrop((transfer, onRuns) => {
    void (onRuns
      ? droppedFiles(transfer).then((files) => addPredictions(studio, files))
      : openDropped(studio, transfer));
  });
  useKeyboard(studio, deckRef);
  useBridge(studio, deckRef);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return (
    <Tooltip.Provider delayDuration={350}>
      <div className="studio">
        <TopBar small={small} />
        <RunQueue />
        <Columns small={small}>
          {hasScene ? (
            <div className="map-column">
              {isTeaching && <StrokeTools />}
              {isCorrecting && <CorrectTools />}
              {reviewed !== null && <ReviewBar {...reviewed} />}
              <Panes deckRef={deckRef} />
            </div>
          ) : (
            <EmptyState over={over} />
          )}
        </Columns>
        {small && drawerOpen && (
          <section className="column drawer" aria-label={words.evaluation}>
            <EvaluationPanel />
          </section>
        )}
        <StatusBar />
      </div>
      <Notices />
      <Dialogs />
      {over && hasScene && <div className="drop-over">{words.dropToAdd}</div>}
    </Tooltip.Provider>
  );
}

/** Left, middle and, where there is room, right, with widths that are kept. */
function Columns({ small, children }: { small: boolean; children: ReactNode }) {
  const isTeaching = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "teach");
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: "nadir-columns",
    panelIds: small ? ["left", "middle"] : ["left", "middle", "right"],
  });
  return (
    <Group
      className="columns"
      role="main"
      aria-label={words.workspace}
      orientation="horizontal"
      onLayoutChanged={onLayoutChanged}
      {...(defaultLayout && { defaultLayout })}
    >
      <Panel id="left" defaultSize="264px" minSize="210px" maxSize="60%" groupResizeBehavior="preserve-pixel-size">
        <div className="column column-left">
          <ScenesPanel />
          {isTeaching && <TeachPanel />}
          <RunsPanel />
          <LegendPanel />
        </div>
      </Panel>
      <Separator className="divider" aria-label={words.leftWidth} />
      <Panel id="middle" minSize="320px">
        {children}
      </Panel>
      {!small && (
        <>
          <Separator className="divider" aria-label={words.rightWidth} />
          <Panel
            id="right"
            defaultSize={window.innerWidth < WIDE_WIDTH_PX ? "372px" : "520px"}
            minSize="300px"
            maxSize="75%"
            groupResizeBehavior="preserve-pixel-size"
          >
            <section className="column column-right" aria-label={words.evaluation}>
              <EvaluationPanel />
            </section>
          </Panel>
        </>
      )}
    </Group>
  );
}

function Notices() {
  const studio = useStudio();
  const notices = useSelect((state) => state.workspace.notices);
  return (
    <div className="notices" aria-live="polite">
      {notices.map(({ id, tone, text, undoable }) => (
        <div key={id} className="notice" role={tone === "bad" ? "alert" : "status"}>
          <span className={`dot ${tone === "info" ? "quiet" : tone}`} />
          <span>{text}</span>
          {undoable && (
            <button type="button" className="link" onClick={() => undoNotice(studio, id)}>
              {words.undo}
            </button>
          )}
          <button
            type="button"
            className="button-plain"
            aria-label={words.dismiss}
            onClick={() => dismissNotice(studio, id)}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

function useSmallWindow(): boolean {
  const [small, setSmall] = useState(() => window.innerWidth < SMALL_WIDTH_PX);
  useEffect(() => {
    const measure = () => setSmall(window.innerWidth < SMALL_WIDTH_PX);
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, []);
  return small;
}

/** Files may be dropped anywhere on the page; true while some are held over it. */
function useFileDrop(onFiles: (transfer: DataTransfer | null, onRuns: boolean) => void): boolean {
  const [over, setOver] = useState(false);
  const handler = useRef(onFiles);
  handler.current = onFiles;
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        setOver(true);
      }
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) {
        setOver(false);
      }
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      const under = document.elementsFromPoint(event.clientX, event.clientY);
      handler.current(
        event.dataTransfer,
        under.some((element) => element.closest("[data-drop=predictions]") !== null),
      );
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return over;
}
