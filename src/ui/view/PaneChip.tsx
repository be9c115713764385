/** The small chip of a pane: what is shown, click to change. */

import type { ReactNode } from "react";
import { setPaneContent } from "../../actions/view/arrange";
import { planAboveGround } from "../../core/run/plan-heights";
import { isOfNetwork } from "../../core/run/run-result";
import { auxiliariesOf } from "../../core/scene/scene";
import type { PaneContent } from "../../store/panes";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns, selectScene, selectSceneRuns } from "../../store/selectors";
import { CutName } from "../controls/CutName";
import { Menu, MenuItem, MenuLabel, MenuLine, SubMenu } from "../controls/Menu";
import { contentClassNames, contentName, runColour } from "../describe";
import { messages } from "../messages";
import { RunName } from "../runs/RunHeads";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { shownPanes } from "./shown-panes";

const words = messages.panes;
/** Pixels of a saved picture for each of the page's. */
const PICTURE_FACTORS = [1, 2, 4] as const;
const contents = messages.describe.contents;

export function PaneChip(props: {
  pane: number;
  content: PaneContent;
  second?: boolean;
  onCopy?: () => void;
  onSave?: (which: "pane" | "all", factor: number) => void;
  /** Of the pane in CSS pixels, to say how large a picture becomes. */
  size?: { readonly width: number; readonly height: number };
}) {
  const { pane, content, second = false, onCopy, onSave, size } = props;
  const several = useSelect((state) => shownPanes(state.panes) > 1);
  const runs = useSelectList(selectSceneRuns);
  const classNames = useSelectList((state) => contentClassNames(state, content));
  const name = contentName(content, runs, classNames);
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={second ? "pane-chip pane-chip-second" : "pane-chip"}
          aria-label={words.chip(pane + 1, name)}
        >
          {"runId" in content && <span className="dot" style={{ color: runColour(runs, content.runId) }} />}
          <ChipName name={name} ofRun={"runId" in content} />
          <span aria-hidden="true" className="quiet">
            ▾
          </span>
        </button>
      }
    >
      <Choices pane={pane} />
      {onCopy !== undefined && (
        <>
          <MenuLine />
          <MenuItem text={words.copyPicture} onSelect={onCopy} />
          {onSave !== undefined && size !== undefined && (
            <SubMenu name={words.savePicture}>
              {PICTURE_FACTORS.map((factor) => (
                <MenuItem
                  key={factor}
                  text={words.thisPane(Math.round(size.width * factor), Math.round(size.height * factor))}
                  onSelect={() => onSave("pane", factor)}
                />
              ))}
              {several && <MenuLine />}
              {several &&
                PICTURE_FACTORS.map((factor) => (
                  <MenuItem key={factor} text={words.allPanes(factor)} onSelect={() => onSave("all", factor)} />
                ))}
            </SubMenu>
          )}
        </>
      )}
    </Menu>
  );
}

/** "EMSNet nano · mask": in a narrow pane the run's name stays, for the others beside it show the same of theirs. */
function ChipName({ name, ofRun }: { name: string; ofRun: boolean }) {
  const cut = ofRun ? name.lastIndexOf(" · ") : -1;
  return cut < 0 ? (
    <CutName text={name} />
  ) : (
    <>
      <CutName text={name.slice(0, cut)} title={name} />
      <span className="pane-chip-kind">{name.slice(cut)}</span>
    </>
  );
}

function Choices({ pane }: { pane: number }) {
  const studio = useStudio();
  const record = useSelect(selectScene);
  const runs = useSelectList(selectDoneRuns);
  const all = useSelectList(selectSceneRuns);
  const item: ContentItem = (content, text) => (
    <MenuItem key={JSON.stringify(content)} text={text} onSelect={() => setPaneContent(studio, pane, content)} />
  );
  return (
    <>
      {item({ kind: "optical" }, contents.optical)}
      {record?.scene.auxiliary != null && item({ kind: "hillshade" }, contents.hillshade)}
      {record?.scene.auxiliary != null && item({ kind: "heights" }, contents.heights)}
      {record != null &&
        planAboveGround(auxiliariesOf(record.scene)) !== null &&
        item({ kind: "above-ground" }, contents["above-ground"])}
      {record?.scene.truth != null && item({ kind: "truth" }, contents.truth)}
      {runs.length === 1 ? (
        <>
          <MenuLine />
          <MenuLabel text={runs[0]!.modelName} />
          <RunChoices run={runs[0]!} before={[]} item={item} />
        </>
      ) : (
        runs.length > 1 && (
          <>
            <MenuLine />
            {runs.map((run, index) => (
              <SubMenu key={run.id} name={<RunName run={run} runs={all} />}>
                <RunChoices run={run} before={runs.slice(0, index)} item={item} />
              </SubMenu>
            ))}
          </>
        )
      )}
      {runs.length >= 2 && (
        <>
          <MenuLine />
          {item({ kind: "agreement" }, contents.agreement)}
          {item({ kind: "entropy" }, contents.entropy)}
        </>
      )}
    </>
  );
}

/** What there is of one run. @param before Runs that it may be compared with. */
function RunChoices(props: { run: DoneRun; before: readonly DoneRun[]; item: ContentItem }) {
  const { run, before, item } = props;
  const evaluation = useSelect((state) => state.evaluation.byRun[run.id]);
  const others = before.filter(
    ({ modelName, settings }) => modelName !== run.modelName || settings.heights !== run.settings.heights,
  );
  return (
    <>
      {item({ kind: "mask", runId: run.id }, words.menu.mask)}
      {run.state.result.confidenceId !== null && item({ kind: "confidence", runId: run.id }, words.menu.confidence)}
      {isOfNetwork(run.state.result.result) && (
        <SubMenu name={messages.responseMap.probabilityOf}>
          {run.classes.map(({ id: classId, name }) => item({ kind: "probability", runId: run.id, classId }, name))}
        </SubMenu>
      )}
      {evaluation?.status === "ready" && (
        <>
          {item({ kind: "errors", runId: run.id, classId: null }, words.menu.errors)}
          {item({ kind: "window-iou", runId: run.id }, words.menu.windowIou)}
          <SubMenu name={words.menu.errorsOfClass}>
            {evaluation.classes.map(({ name }, classId) => item({ kind: "errors", runId: run.id, classId }, name))}
          </SubMenu>
        </>
      )}
      {others.map((other) =>
        item({ kind: "changes", runId: run.id, otherRunId: other.id }, words.menu.changedFrom(other.modelName)),
      )}
    </>
  );
}

type ContentItem = (content: PaneContent, text: string) => ReactNode;
