/**
 * Left, middle and right, with widths that are kept. Left and right fold away; where the window has no room for one it
 * lies over the map when it is asked for.
 */
import { type ReactNode, useEffect, useState } from "react";
import { Group, Panel, Separator, useDefaultLayout } from "react-resizable-panels";
import { showColumn } from "../actions/view/arrange";
import { type Column, hasRoom, isColumnShown } from "../store/workspace";
import { EvaluationPanel } from "./evaluation/EvaluationPanel";
import { messages } from "./messages";
import { RunsPanel } from "./runs/RunsPanel";
import { useSelect, useStudio } from "./StudioContext";
import { ScenesPanel } from "./scenes/ScenesPanel";
import { TeachPanel } from "./teaching/TeachPanel";
import { LegendPanel } from "./view/LegendPanel";

const words = messages.app;

/** From this width of the window on the right column has room for a test set of four models; it grows with the window. */
function defaultRightPx(windowPx: number): number {
  return windowPx < 1800 ? 372 : Math.max(520, Math.round(windowPx / 4));
}

/** For each column whether the window has room for it beside the map. */
type Room = Readonly<Record<Column, boolean>>;

export function Columns({ room, children }: { room: Room; children: ReactNode }) {
  const workspace = useSelect((state) => state.workspace);
  const isBeside = (column: Column) => room[column] && isColumnShown(workspace, column, true);
  const [left, right] = [isBeside("left"), isBeside("right")];
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: "nadir-columns",
    panelIds: [...(left ? ["left"] : []), "middle", ...(right ? ["right"] : [])],
  });
  useQuestions();
  return (
    <div className="columns">
      <Group
        role="main"
        aria-label={words.workspace}
        orientation="horizontal"
        onLayoutChanged={onLayoutChanged}
        {...(defaultLayout && { defaultLayout })}
      >
        {left && (
          <>
            <Panel
              id="left"
              defaultSize="264px"
              minSize="210px"
              maxSize="60%"
              groupResizeBehavior="preserve-pixel-size"
            >
              <LeftColumn />
            </Panel>
            <Separator className="divider" aria-label={words.leftWidth} />
          </>
        )}
        <Panel id="middle" minSize="320px">
          {children}
        </Panel>
        {right && (
          <>
            <Separator className="divider" aria-label={words.rightWidth} />
            <Panel
              id="right"
              defaultSize={`${defaultRightPx(window.innerWidth)}px`}
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
      <Drawer room={room} />
    </div>
  );
}

/** The column that lies over the map where the window has no room for it. */
function Drawer({ room }: { room: Room }) {
  const drawer = useSelect((state) => state.workspace.drawer);
  if (drawer === null || room[drawer]) return null;
  return drawer === "left" ? (
    <section className="drawer drawer-left" aria-label={words.left}>
      <LeftColumn />
    </section>
  ) : (
    <section className="column drawer drawer-right" aria-label={words.evaluation}>
      <EvaluationPanel />
    </section>
  );
}

function LeftColumn() {
  const isTeaching = useSelect(({ strokes }) => strokes.isOpen && strokes.purpose === "teach");
  return (
    <div className="column column-left">
      <ScenesPanel />
      {isTeaching && <TeachPanel />}
      <RunsPanel />
      <LegendPanel />
    </div>
  );
}

/** What was refused, or asks something, is brought into sight with the column that it stands in. */
function useQuestions(): void {
  const studio = useStudio();
  const count = useSelect(
    ({ scenes: { refused, unpaired, bandGroups }, models }) =>
      refused.length + unpaired.length + bandGroups.length + models.refused.length,
  );
  useEffect(() => {
    if (count > 0) showColumn(studio, "left", window.innerWidth);
  }, [studio, count]);
}

function measureRoom(): Room {
  return { left: hasRoom("left", window.innerWidth), right: hasRoom("right", window.innerWidth) };
}

export function useRoom(): Room {
  const [room, setRoom] = useState(measureRoom);
  useEffect(() => {
    const follow = () => {
      const now = measureRoom();
      setRoom((before) => (before.left === now.left && before.right === now.right ? before : now));
    };
    window.addEventListener("resize", follow);
    return () => window.removeEventListener("resize", follow);
  }, []);
  return room;
}
