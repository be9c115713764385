/** The room: scenes, runs and classes on the left, panes in the middle, evaluation on the right, one thin bar below. */
import { Tooltip } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import { openDropped } from "../actions/projects/restore-project";
import { addPredictions } from "../actions/runs/add-prediction";
import { droppedFiles } from "../actions/scenes/dropped-files";
import { dismissNotice, undoNotice } from "../actions/studio";
import { selectReview } from "../store/sample-selectors";
import { isColumnShown } from "../store/workspace";
import { useBridge } from "./bridge";
import { Columns, useRoom } from "./Columns";
import { CorrectTools } from "./correcting/CorrectTools";
import { Dialogs } from "./Dialogs";
import { useKeyboard } from "./keyboard";
import { messages } from "./messages";
import { RunQueue } from "./runs/RunQueue";
import { StatusBar } from "./StatusBar";
import { useSelect, useSelectList, useStudio } from "./StudioContext";
import { ReviewBar } from "./sampling/ReviewBar";
import { EmptyState } from "./scenes/EmptyState";
import { FileInput } from "./scenes/PickFiles";
import { TopBar } from "./TopBar";
import { StrokeTools } from "./teaching/StrokeTools";
import { Panes } from "./view/Panes";
import type { PaneDeck } from "./view/pane-deck";

const words = messages.app;

export function App() {
  const studio = useStudio();
  const deckRef = useRef<PaneDeck | null>(null);
  const workspace = useSelect((state) => state.workspace);
  const hasScene = useSelect((state) => state.scenes.records.length > 0);
  const isTeaching = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "teach");
  const isCorrecting = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "correct");
  const reviewed = useSelectList(selectReview);
  const room = useRoom();
  const over = useFileDrop((transfer, onRuns) => {
    void (onRuns
      ? droppedFiles(transfer).then((files) => addPredictions(studio, files))
      : openDropped(studio, transfer));
  });
  useKeyboard(studio, deckRef);
  useBridge(studio, deckRef);
  useEffect(() => {
    document.documentElement.dataset.theme = workspace.theme;
  }, [workspace.theme]);

  return (
    <Tooltip.Provider delayDuration={350}>
      <div className="studio">
        <TopBar room={room} />
        <RunQueue isLeftShown={isColumnShown(workspace, "left", room.left)} />
        <Columns room={room}>
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
        <StatusBar />
      </div>
      <FileInput what="files" label={messages.scenes.addFiles} dataRole="file-input" />
      <Notices />
      <Dialogs />
      {over && hasScene && <div className="drop-over">{words.dropToAdd}</div>}
    </Tooltip.Provider>
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
