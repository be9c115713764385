/** Runs in their colours: heads of a table with one column per run, and names in menus. */
import type { RunRecord } from "../../store/runs";
import { selectSceneRuns } from "../../store/selectors";
import { runColour } from "../describe";
import type { RunGroup } from "../evaluation/run-groups";
import { useSelectList } from "../StudioContext";

export function RunHeads({ runs }: { runs: readonly RunRecord[] }) {
  const all = useSelectList(selectSceneRuns);
  return runs.map(({ id, modelName }) => (
    <th key={id} scope="col" title={modelName} className="run-head" style={{ color: runColour(all, id) }}>
      {short(modelName)}
    </th>
  ));
}

/** The same for what is shown of one scene or of many: a column per group. */
export function GroupHeads({ groups }: { groups: readonly RunGroup[] }) {
  return groups.map(({ id, name, colour }) => (
    <th key={id} scope="col" title={name} className="run-head" style={{ color: colour }}>
      {short(name)}
    </th>
  ));
}

/** Fits in two or three lines: the full name is in the tooltip. */
function short(name: string): string {
  return name.length > 28 ? `${name.slice(0, 27)}…` : name;
}

/** @param runs All of its scene, whose order gives the colours. */
export function RunName({ run, runs }: { run: RunRecord; runs: readonly RunRecord[] }) {
  return (
    <>
      <span className="dot" style={{ color: runColour(runs, run.id) }} />
      <span className="truncate">{run.modelName}</span>
    </>
  );
}
