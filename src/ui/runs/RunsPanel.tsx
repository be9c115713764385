/** Models to run, how to run them, and every run of the scene with its state and the settings that made it. */
import { Popover } from "radix-ui";
import {
  ablateHeights,
  cancelRun,
  remakeRun,
  removeRun,
  repeatRun,
  resumeRun,
  runOnCpu,
  runOverFlatHeights,
  setPaused,
} from "../../actions/runs/run-model";
import { dismissRefusedModel, openDialog, setPaneContent, toggleModel } from "../../actions/view/arrange";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { ModelManifest } from "../../core/manifest/manifest";
import { spellHeights } from "../../core/run/heights-made";
import { spellScale } from "../../core/run/run-scale";
import type { RunProgress } from "../../core/run/run-settings";
import { spellWindowCheck, type WindowCheckFacts } from "../../core/run/window-check";
import { isHalted, isUnfinished, type RunRecord } from "../../store/runs";
import { runSettingsOf, selectModelFit, selectScene, selectSceneRuns, selectStaleness } from "../../store/selectors";
import { Fault } from "../controls/Fault";
import { CheckRow } from "../controls/Fields";
import { Tip } from "../controls/Tip";
import { progressText, runColour, settingsText } from "../describe";
import { bytes, percent, seconds } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { PredictionForm } from "./PredictionForm";
import { SettingsForm } from "./SettingsForm";

const words = messages.runs;

export function RunsPanel() {
  const runs = useSelectList(selectSceneRuns);
  const hasScene = useSelect((state) => selectScene(state) !== null);
  return (
    <>
      <ModelsSection />
      <section className="section" aria-label={words.title} data-drop="predictions">
        <div className="section-head">
          <h2 className="label">{words.title}</h2>
        </div>
        <div className="stack">
          {runs.map((run) => (
            <RunCard key={run.id} run={run} runs={runs} />
          ))}
          {runs.length === 0 && <p className="quiet">{words.none}</p>}
          {hasScene && <PredictionForm />}
        </div>
      </section>
    </>
  );
}

function ModelsSection() {
  const studio = useStudio();
  const models = useSelect((state) => state.models);
  const asked = useSelect((state) => state.settings);
  const first = models.records.find(({ id }) => asked.modelIds.includes(id));
  const nextRun = useSelect((state) =>
    first === undefined
      ? ""
      : settingsText(runSettingsOf(state, selectScene(state), first.manifest), first.manifest.window.sizePx),
  );
  return (
    <section className="section" aria-label={words.models}>
      <div className="section-head">
        <h2 className="label">{words.models}</h2>
        <Popover.Root>
          <Popover.Trigger className="button-plain">{words.settings}</Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              className="popover"
              side="right"
              align="start"
              collisionPadding={8}
              aria-label={words.runSettings}
            >
              <SettingsForm />
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      </div>
      <div className="stack" style={{ gap: 5 }}>
        {models.zoo === "loading" && <p className="quiet">{words.lookingForModels}</p>}
        {models.records.map(({ id, manifest, origin }) => (
          <div key={id}>
            <div className="row">
              <CheckRow
                label={manifest.name}
                checked={asked.modelIds.includes(id)}
                onChange={() => toggleModel(studio, id)}
              >
                <span className="row">
                  <span className="truncate strong" title={manifest.description}>
                    {manifest.name}
                  </span>
                  {origin === "own" && <span className="quiet">{words.yours}</span>}
                </span>
              </CheckRow>
              <span className="quiet number">{bytes(manifest.graph.bytes)}</span>
              <button
                type="button"
                className="button-plain"
                aria-label={words.about(manifest.name)}
                onClick={() => openDialog(studio, "model", id)}
              >
                {words.info}
              </button>
            </div>
            {asked.modelIds.includes(id) && <Fit manifest={manifest} />}
          </div>
        ))}
        {models.refused.map(({ id, fileName, error }) => (
          <Fault key={id} error={error} subject={fileName} onDismiss={() => dismissRefusedModel(studio, id)} />
        ))}
        {first !== undefined && <p className="quiet">{nextRun}</p>}
      </div>
    </section>
  );
}

/** What speaks against the model over this scene, beside it. */
function Fit({ manifest }: { manifest: ModelManifest }) {
  const studio = useStudio();
  const record = useSelect(selectScene);
  const models = useSelect((state) => state.models);
  const fits = record === null ? [] : selectModelFit({ models }, record, manifest);
  const scale = useSelect((state) => {
    const facts = record?.scene.optical.facts;
    const settings = runSettingsOf(state, record, manifest);
    return facts && spellScale(settings, facts, manifest.window.sizePx, groundSamplingDistanceMetres(facts));
  });
  const lines = scale == null ? fits : [...fits, { tone: "good", text: `${scale}.` }];
  const runsFlat =
    record !== null &&
    record.auxiliaryChoice !== "leave-out" &&
    fits.some(({ tone }) => tone === "bad") &&
    selectModelFit({ models }, record, manifest, "flattened").every(({ tone }) => tone !== "bad");
  return (
    <>
      {lines.map(({ tone, text }) => (
        <p key={text} className="verdict" data-fit={tone}>
          <span className={`dot ${tone}`} />
          <span>{text}</span>
        </p>
      ))}
      {runsFlat && (
        <div className="card-tools">
          <button type="button" className="button button-small" onClick={() => runOverFlatHeights(studio, manifest.id)}>
            {words.runFlat}
          </button>
        </div>
      )}
    </>
  );
}

function RunCard({ run, runs }: { run: RunRecord; runs: readonly RunRecord[] }) {
  const studio = useStudio();
  const stale = useSelectList((state) => (run.state.status === "done" ? selectStaleness(state, run) : []));
  const activePane = useSelect((state) => state.panes.activePane);
  const progress = useSelect((state) => state.progress[run.id] ?? null);
  const { state } = run;
  const foreign =
    state.status === "done" || state.status === "elsewhere" ? state.result.result.madeElsewhere : undefined;
  const canGoOn = isHalted(state) && (state.status === "interrupted" || state.checkpoint !== null);
  return (
    <article className="card" aria-label={words.run(run.modelName)} data-run={run.id} data-status={state.status}>
      <div className="card-title">
        <span className="dot" style={{ color: runColour(runs, run.id) }} />
        <span className="truncate" title={run.modelName}>
          {run.modelName}
        </span>
        <span className="badge">
          <RunBadge run={run} progress={progress} stale={stale.length > 0} />
        </span>
        {!isUnfinished(run) && (
          <button
            type="button"
            className="button-plain"
            aria-label={words.remove(run.modelName)}
            onClick={() => removeRun(studio, run.id)}
          >
            ×
          </button>
        )}
      </div>
      {state.status === "running" ? (
        <>
          <span className="card-line" role="status">
            {state.paused ? words.paused(progressText(progress)) : progressText(progress)}
          </span>
          <RunBar run={run} progress={progress} />
          {state.noRoom !== undefined && (
            <>
              <Fault error={state.noRoom} />
              <span className="card-line">{messages.runState.waitsForRoom}</span>
            </>
          )}
        </>
      ) : (
        <span className="card-line">
          {foreign === undefined ? settingsText(run.settings, run.windowPx) : words.madeElsewhere(foreign.fileName)}
        </span>
      )}
      {foreign?.notes.map((note) => (
        <span key={note} className="card-line">
          {note}
        </span>
      ))}
      {state.status === "interrupted" && (
        <span className="card-line">
          {state.checkpoint === null
            ? messages.runState.notStarted
            : messages.runState.interruptedAt(percent(state.share))}
        </span>
      )}
      {canGoOn && state.status !== "interrupted" && (
        <span className="card-line">{messages.runState.stoppedAt(percent(state.share))}</span>
      )}
      {state.status === "elsewhere" && (
        <span className="card-line">
          {foreign === undefined
            ? messages.runState.elsewhereFacts({
                seconds: seconds(state.result.seconds),
                backend: state.result.result.backend.adapter,
              })
            : messages.runState.predictionGone(foreign.fileName)}
        </span>
      )}
      {state.status === "failed" && <Fault error={state.error} />}
      {state.status === "done" && state.result.result.heightsMade !== undefined && (
        <span className="card-line">{sentence(spellHeights(state.result.result.heightsMade))}</span>
      )}
      {state.status === "done" && state.result.result.windowCheck !== undefined && (
        <WindowCheck check={state.result.result.windowCheck} onRunOnCpu={() => runOnCpu(studio, run.id)} />
      )}
      {state.status === "done" &&
        state.result.result.warnings.map((warning) => (
          <p key={warning} className="verdict">
            <span className="dot warn" />
            <span>{warning}</span>
          </p>
        ))}
      {stale.length > 0 && (
        <p className="card-line">
          {words.stale(stale)}
          <button type="button" className="link" onClick={() => repeatRun(studio, run.id)}>
            {words.runAgainLink}
          </button>
        </p>
      )}
      <div className="card-tools">
        {state.status === "running" && (
          <button
            type="button"
            className="button button-small"
            onClick={() => setPaused(studio, run.id, !state.paused)}
          >
            {state.paused ? words.goOn : words.pause}
          </button>
        )}
        {isUnfinished(run) && (
          <button type="button" className="button button-small" onClick={() => cancelRun(studio, run.id)}>
            {words.cancel}
          </button>
        )}
        {state.status === "done" && (
          <>
            <button
              type="button"
              className="button button-small"
              onClick={() => setPaneContent(studio, activePane, { kind: "mask", runId: run.id })}
            >
              {words.show}
            </button>
            {foreign === undefined &&
              run.settings.heights === "as-is" &&
              state.result.result.heightsMade?.how !== "absent" && (
                <Tip text={words.ablateTip}>
                  <button type="button" className="button button-small" onClick={() => ablateHeights(studio, run.id)}>
                    {words.ablate}
                  </button>
                </Tip>
              )}
          </>
        )}
        {canGoOn && (
          <button type="button" className="button button-small" onClick={() => resumeRun(studio, run.id)}>
            {messages.runState.goOn}
          </button>
        )}
        {state.status === "elsewhere" && foreign === undefined && (
          <button type="button" className="button button-small" onClick={() => remakeRun(studio, run.id)}>
            {messages.runState.runAgain}
          </button>
        )}
        {(state.status === "failed" || state.status === "cancelled") && (
          <button type="button" className="button button-small" onClick={() => repeatRun(studio, run.id)}>
            {words.runAgain}
          </button>
        )}
      </div>
    </article>
  );
}

/** Windows of the run computed again: a line when they agree, a mark and a way out when they do not. */
function WindowCheck({ check, onRunOnCpu }: { check: WindowCheckFacts; onRunOnCpu: () => void }) {
  const isWrong = check.verdict === "differ";
  return (
    <>
      <p className="verdict" data-role="window-check" data-fit={isWrong ? "bad" : "good"}>
        <span className={`dot ${isWrong ? "bad" : "good"}`} />
        <span>
          {isWrong && `${words.wrongOnGpu} `}
          {spellWindowCheck(check)}
        </span>
      </p>
      {isWrong && (
        <div className="card-tools">
          <button type="button" className="button button-small" onClick={onRunOnCpu}>
            {words.runOnCpu}
          </button>
        </div>
      )}
    </>
  );
}

/** Of a phrase the core says. */
function sentence(phrase: string): string {
  return `${phrase[0]!.toUpperCase()}${phrase.slice(1)}.`;
}

function RunBadge(props: { run: RunRecord; progress: RunProgress | null; stale: boolean }) {
  const { run, progress, stale } = props;
  const { state } = run;
  switch (state.status) {
    case "queued":
      return words.badges.queued;
    case "running":
      return progress === null || progress.windowsTotal === 0 ? "…" : `${Math.floor(100 * shareDone(progress))} %`;
    case "done":
      if (state.result.result.windowCheck?.verdict === "differ") return words.badges.wrong;
      return stale
        ? words.badges.stale
        : state.result.result.madeElsewhere === undefined
          ? seconds(state.result.seconds)
          : words.badges.foreign;
    case "failed":
      return words.badges.failed;
    case "cancelled":
      return words.badges.cancelled;
    case "interrupted":
      return messages.runState.interrupted;
    case "elsewhere":
      return messages.runState.elsewhere;
  }
}

function RunBar({ run: { modelName }, progress }: { run: RunRecord; progress: RunProgress | null }) {
  const share = progress === null ? 0 : shareDone(progress);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={words.progress(modelName)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(100 * share)}
    >
      <div className="progress-bar" style={{ width: `${100 * share}%` }} />
    </div>
  );
}

/** Of the windows, or of the model's bytes while they are fetched. */
function shareDone({ windowsDone, windowsTotal, loaded }: RunProgress): number {
  if (loaded !== undefined) return loaded.bytes / loaded.totalBytes;
  return windowsTotal === 0 ? 0 : windowsDone / windowsTotal;
}
