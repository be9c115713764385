/** The scenes, the chosen one opened and a line for each of the others: ticked, sorted and filtered, by mouse and keys. */
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { tickScenes } from "../../actions/scenes/tick-scenes";
import { findScene, type SceneRecord } from "../../store/scenes";
import { TickBox } from "../controls/TickBox";
import { scoreRun } from "../evaluation/scored-runs";
import { language } from "../language";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { SceneCard } from "./SceneCard";
import { SceneLine } from "./SceneLine";
import { SceneListTools } from "./SceneListTools";
import {
  arrangeScenes,
  isSameSummary,
  linesBetween,
  type SceneListWish,
  type SceneSummary,
  summariseScenes,
} from "./scene-list";

const words = messages.scenes;

/** From so many scenes on the list scrolls by itself. */
const SCROLLS_FROM = 9;

export function SceneList({ records, selectedId }: { records: readonly SceneRecord[]; selectedId: string | null }) {
  const [wish, setWish] = useState<SceneListWish>({ order: "opened", filter: "" });
  const summaries = useSummaries(records);
  const shown = useMemo(
    () => arrangeScenes(records, summaries, wish, language, (state) => words.states[state]),
    [records, summaries, wish],
  );
  const ids = shown.map(({ scene }) => scene.id);
  const { tick, noteShift } = useTicks(ids);
  const list = useRef<HTMLDivElement>(null);
  const tabStop = ids.includes(selectedId ?? "") ? selectedId : ids[0];
  return (
    <>
      {records.length > 1 && <SceneListTools records={records} shown={shown} wish={wish} onWish={setWish} />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys and clicks of the buttons in it */}
      <div
        ref={list}
        className={records.length >= SCROLLS_FROM ? "stack scene-list" : "stack"}
        onClickCapture={noteShift}
        onKeyDown={(event) => goThroughList(event, list.current, tick)}
      >
        {shown.map((record) => (
          <SceneRow
            key={record.scene.id}
            record={record}
            isOpen={record.scene.id === selectedId}
            isTabStop={record.scene.id === tabStop}
            onTick={records.length > 1 ? tick : null}
            summary={summaries.get(record.scene.id)!}
          />
        ))}
      </div>
    </>
  );
}

function useSummaries(records: readonly SceneRecord[]): ReadonlyMap<string, SceneSummary> {
  const runs = useSelect((state) => state.runs.records);
  const evaluation = useSelect((state) => state.evaluation);
  return useMemo(
    () => summariseScenes(records, runs, (run) => scoreRun(evaluation, run)?.scored.meanIou ?? null),
    [records, runs, evaluation],
  );
}

type OnTick = (sceneId: string, ticked: boolean | "toggle") => void;

/** With Shift all lines from the one ticked last are ticked with it. */
function useTicks(ids: readonly string[]) {
  const studio = useStudio();
  const now = useRef({ ids, last: null as string | null, shift: false });
  now.current.ids = ids;
  return useMemo(() => {
    const tick: OnTick = (sceneId, wanted) => {
      const { ids, last, shift } = now.current;
      const isTicked = findScene(studio.store.getState().scenes, sceneId)?.ticked === true;
      const ticked = wanted === "toggle" ? !isTicked : wanted;
      tickScenes(studio, shift ? linesBetween(ids, last, sceneId) : [sceneId], ticked);
      now.current.last = sceneId;
    };
    const noteShift = ({ shiftKey }: MouseEvent | KeyboardEvent) => {
      now.current.shift = shiftKey;
    };
    return { tick, noteShift };
  }, [studio]);
}

/** Arrow keys, Home and End go from line to line, Space ticks; Enter opens, as on any button. */
function goThroughList(event: KeyboardEvent, list: HTMLElement | null, tick: OnTick): void {
  const { target, key } = event;
  const line = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-scene]") : null;
  if (list === null || line === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const lines = [...list.querySelectorAll<HTMLElement>("[data-scene]")];
  const at = lines.indexOf(line);
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[key];
  if (goal !== undefined) {
    lines[goal]?.focus();
  } else if (key === " " && lines.length > 1) {
    tick(line.dataset.scene!, "toggle");
  } else {
    return;
  }
  event.preventDefault();
}

interface RowProps {
  readonly record: SceneRecord;
  readonly isOpen: boolean;
  readonly isTabStop: boolean;
  /** Null for the only scene there is. */
  readonly onTick: OnTick | null;
  readonly summary: SceneSummary;
}

/** Written anew only when its own scene changes: of hundreds one at a time does. */
const SceneRow = memo(function SceneRow({ record, isOpen, isTabStop, onTick, summary }: RowProps) {
  const { id, name } = record.scene;
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  const tick = onTick !== null && (
    <TickBox
      label={words.tick(name)}
      checked={record.ticked === true}
      onChange={(ticked) => onTick(id, ticked)}
      {...(!isOpen && { tabIndex: -1 })}
    />
  );
  return (
    <article ref={row} className={isOpen ? "card card-selected" : "scene-row"} aria-label={words.scene(name)}>
      {isOpen ? (
        <SceneCard record={record} tick={tick} />
      ) : (
        <>
          {tick}
          <SceneLine record={record} isTabStop={isTabStop} {...summary} />
        </>
      )}
    </article>
  );
}, isSameRow);

function isSameRow({ summary: before, ...one }: RowProps, { summary: after, ...other }: RowProps): boolean {
  return (
    (Object.keys(one) as (keyof typeof one)[]).every((key) => one[key] === other[key]) && isSameSummary(before, after)
  );
}
