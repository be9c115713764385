/** Name of the scene, how many panes and how they compare, export, and the one button that matters. */

import { exportMask } from "../actions/outputs/export-mask";
import { saveProject, shareProject } from "../actions/projects/gather-project";
import { exportAboveGround } from "../actions/results/above-ground";
import { currentAboveGround } from "../actions/results/current-results";
import { runChosenModels } from "../actions/runs/run-model";
import {
  compareAll,
  openDialog,
  selectComparable,
  setCompareMode,
  setLinked,
  setPaneCount,
  setTheme,
  toggleColumn,
} from "../actions/view/arrange";
import { formatsOf } from "../outputs/run-formats";
import type { PaneCount } from "../store/panes";
import { isDone } from "../store/runs";
import { selectDoneRuns, selectRunObstacle, selectScene, selectSceneRuns, selectScenesToRun } from "../store/selectors";
import { type Column, isColumnShown } from "../store/workspace";
import { Menu, MenuItem, MenuLine, SubMenu } from "./controls/Menu";
import { Segments } from "./controls/Segments";
import { Tip } from "./controls/Tip";
import { messages } from "./messages";
import { said } from "./remarks";
import { RunName } from "./runs/RunHeads";
import { useSelect, useSelectList, useStudio } from "./StudioContext";

const words = messages.topBar;

const COUNTS = (["1", "2", "4", "6"] as const).map((value) => ({ value, text: value }));

const MODES = (["side-by-side", "swipe", "blink", "lens"] as const).map((value) => ({ value, ...words.modes[value] }));

export function TopBar({ room }: { room: Readonly<Record<Column, boolean>> }) {
  const scene = useSelect(selectScene);
  return (
    <header className="top-bar">
      <div className="top-side">
        <ColumnButton column="left" beside={room.left} />
        <span className="brand">
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" strokeWidth="1.8" />
            <circle cx="10" cy="10" r="3" fill="var(--accent)" />
          </svg>
          <h1 style={{ font: "inherit" }}>Nadir</h1>
        </span>
        <span className="truncate quiet top-hide-small" title={scene?.scene.name}>
          {scene?.scene.name}
        </span>
      </div>
      {scene !== null && <PaneControls />}
      <div className="top-side top-side-right">
        <PageButtons />
        <ColumnButton column="right" beside={room.right} />
        <ExportMenu />
        <RunButton small={!room.right} />
      </div>
    </header>
  );
}

/** Folds a column away or brings it back; the scores are named where they lie over the map. */
function ColumnButton({ column, beside }: { column: Column; beside: boolean }) {
  const studio = useStudio();
  const shown = useSelect((state) => isColumnShown(state.workspace, column, beside));
  const isNamed = column === "right" && !beside;
  const button = (
    <button
      type="button"
      className={isNamed ? "button" : "button-plain button-icon column-button"}
      aria-pressed={shown}
      {...(!isNamed && { "aria-label": words.columns[column] })}
      onClick={() => toggleColumn(studio, column, window.innerWidth)}
    >
      {isNamed ? words.scores : <ColumnSign column={column} />}
    </button>
  );
  return isNamed ? button : <Tip text={words.columnTips[column]}>{button}</Tip>;
}

function ColumnSign({ column }: { column: Column }) {
  const x = column === "left" ? 2 : 10;
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <rect x="1.5" y="2.5" width="13" height="11" rx="1.5" fill="none" stroke="currentColor" />
      <rect className="column-sign" x={x} y="3" width="4" height="10" fill="currentColor" />
    </svg>
  );
}

/** How many panes there are and how they compare. */
function PaneControls() {
  const studio = useStudio();
  const panes = useSelect((state) => state.panes);
  return (
    <nav className="row" aria-label={words.panes}>
      <Segments
        label={words.paneCount}
        value={String(panes.count) as `${PaneCount}`}
        options={COUNTS}
        onChange={(count) => setPaneCount(studio, Number(count) as PaneCount)}
      />
      <Segments
        label={words.compare}
        value={panes.mode}
        options={MODES}
        onChange={(mode) => setCompareMode(studio, mode)}
      />
      <CompareAll />
      <Tip text={panes.linked ? words.linkedTip : words.unlinkedTip}>
        <button
          type="button"
          className="button button-small"
          aria-pressed={panes.linked}
          onClick={() => setLinked(studio, !panes.linked)}
        >
          {panes.linked ? words.linked : words.unlinked}
        </button>
      </Tip>
    </nav>
  );
}

function PageButtons() {
  const studio = useStudio();
  const theme = useSelect((state) => state.workspace.theme);
  return (
    <>
      <button
        type="button"
        className="button-plain button-icon"
        aria-label={theme === "dark" ? words.lightTheme : words.darkTheme}
        onClick={() => setTheme(studio, theme === "dark" ? "light" : "dark")}
      >
        {theme === "dark" ? "☀" : "☾"}
      </button>
      <button
        type="button"
        className="button-plain button-icon"
        aria-label={words.shortcuts}
        onClick={() => openDialog(studio, "shortcuts")}
      >
        ?
      </button>
    </>
  );
}

/** From the second model on that has come to its end. */
function CompareAll() {
  const studio = useStudio();
  const models = useSelect((state) => selectComparable(state).length);
  return (
    models > 1 && (
      <Tip text={words.compareAllTip}>
        <button type="button" className="button button-small top-hide-tiny" onClick={() => compareAll(studio)}>
          {words.compareAll}
        </button>
      </Tip>
    )
  );
}

function ExportMenu() {
  const studio = useStudio();
  const runs = useSelectList(selectDoneRuns);
  const all = useSelectList(selectSceneRuns);
  const empty = useSelect((state) => state.scenes.records.length === 0);
  const canHandOver = useSelect((state) => {
    const ids = new Set(selectScenesToRun(state).map(({ scene }) => scene.id));
    return state.runs.records.some((run) => isDone(run) && ids.has(run.sceneId));
  });
  const hasMasks = useSelect((state) => state.runs.records.some(isDone));
  const scene = useSelect(selectScene);
  const canMakeHeights = scene !== null && currentAboveGround(scene) !== null;
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="button" disabled={empty}>
          {words.export}
        </button>
      }
    >
      {runs.map((run) => (
        <SubMenu key={run.id} name={<RunName run={run} runs={all} />}>
          {formatsOf(run.state.result.confidenceId).map(({ id }) => (
            <MenuItem key={id} {...words.exports[id]} onSelect={() => void exportMask(studio, run.id, id)} />
          ))}
        </SubMenu>
      ))}
      {runs.length > 0 && <MenuLine />}
      {hasMasks && <MenuItem {...messages.polygons.item} onSelect={() => openDialog(studio, "polygons")} />}
      {canHandOver && <MenuItem {...messages.handOver.item} onSelect={() => openDialog(studio, "hand-over")} />}
      {canMakeHeights && <MenuItem {...words.aboveGround} onSelect={() => void exportAboveGround(studio)} />}
      {(hasMasks || canMakeHeights) && <MenuLine />}
      <SubMenu name={messages.project.menu}>
        <MenuItem {...messages.project.plain} onSelect={() => saveProject(studio)} />
        <MenuItem {...messages.project.withScores} onSelect={() => void shareProject(studio, false)} />
        {hasMasks && <MenuItem {...messages.project.withMasks} onSelect={() => void shareProject(studio, true)} />}
      </SubMenu>
    </Menu>
  );
}

function RunButton({ small }: { small: boolean }) {
  const studio = useStudio();
  const obstacle = useSelect((state) => said(selectRunObstacle(state)));
  const models = useSelect((state) => state.settings.modelIds.length);
  const scenes = useSelect((state) => selectScenesToRun(state).length);
  return (
    <Tip text={obstacle ?? undefined}>
      <button
        type="button"
        className="button button-primary"
        disabled={obstacle !== null}
        aria-label={words.run(models, scenes)}
        onClick={() => runChosenModels(studio)}
      >
        {small ? words.runShort(models, scenes) : words.run(models, scenes)}
      </button>
    </Tip>
  );
}
