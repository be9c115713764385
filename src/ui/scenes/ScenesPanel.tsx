/** What I have: scenes with their verdict in words, files that could not be used, and a way to add more. */
import { memo, type ReactNode, useState } from "react";
import { correctRaster } from "../../actions/scenes/correct-raster";
import { removeScene } from "../../actions/scenes/open-files";
import { retryTruth } from "../../actions/scenes/read-truth";
import { tickScenes } from "../../actions/scenes/tick-scenes";
import { openDialog, selectSceneById } from "../../actions/view/arrange";
import { mayPass } from "../../core/errors";
import { refusedAlignment } from "../../core/georef/refused-alignment";
import { COLLAR_ANSWERS, isCollarMissing } from "../../core/raster/collar";
import { describeCollarColours } from "../../core/raster/describe-collar";
import type { RasterFacts } from "../../core/raster/raster";
import { auxiliariesOf } from "../../core/scene/scene";
import { isTestTile, TEST_SPLITS } from "../../core/vocabulary/test-splits";
import type { SceneRecord } from "../../store/scenes";
import { Fault } from "../controls/Fault";
import { TickBox } from "../controls/TickBox";
import { Tip } from "../controls/Tip";
import { AUXILIARY_NAMES, photoRangeText, pixelSizeText, sceneFacts } from "../describe";
import { messages } from "../messages";
import { WantedScenes } from "../projects/WantedScenes";
import { useSelect, useStudio } from "../StudioContext";
import { BandQuestion } from "./BandQuestion";
import { BandTable } from "./BandTable";
import { ModelView } from "./ModelView";
import { PickFiles } from "./PickFiles";
import { RefusedFiles } from "./RefusedFiles";
import { SceneFiles } from "./SceneFiles";
import { SceneLine } from "./SceneLine";

const words = messages.scenes;

export function ScenesPanel() {
  const { records, refused, unpaired, opening, selectedId } = useSelect((state) => state.scenes);
  const wanted = useSelect((state) => state.project.wanted);
  const studio = useStudio();
  return (
    <section className="section" aria-label={words.title}>
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="row">
          <PickFiles
            what="files"
            className="button-plain"
            text={words.addFilesButton}
            label={words.addFiles}
            dataRole="file-input"
          />
          <PickFiles what="folder" className="button-plain" text={words.addFolderButton} label={words.addFolder} />
          <button type="button" className="button-plain" onClick={() => openDialog(studio, "address")}>
            {messages.address.button}
          </button>
        </span>
      </div>
      {records.length > 1 && <Ticks records={records} />}
      <div className={records.length > 8 ? "stack scene-list" : "stack"}>
        <SceneList records={records} selectedId={selectedId} />
        <BandQuestion />
        <WantedScenes />
        {opening.length > 0 && (
          <p role="status" className="quiet">
            {words.opening(opening)}
          </p>
        )}
        {records.length === 0 &&
          wanted.length === 0 &&
          opening.length === 0 &&
          refused.length === 0 &&
          unpaired.length === 0 && <p className="quiet">{words.none}</p>}
        {unpaired.map(({ rasterId, facts, reason }) => (
          <div key={rasterId} className="card">
            <div className="card-title">
              <span className="truncate" title={facts.fileName}>
                {facts.fileName}
              </span>
              <span className="badge">{words.notInScene}</span>
            </div>
            <span className="card-line">{reason}</span>
            <details className="card-details">
              <summary>{messages.bands.whatItIs}</summary>
              <BandTable facts={facts} use={facts.use ?? null} />
            </details>
          </div>
        ))}
        <RefusedFiles />
      </div>
    </section>
  );
}

/** The open scene in full, of the others a line each. */
function SceneList({ records, selectedId }: { records: readonly SceneRecord[]; selectedId: string | null }) {
  return records.map((record) => (
    <SceneRow
      key={record.scene.id}
      record={record}
      isOpen={record.scene.id === selectedId}
      hasTick={records.length > 1}
    />
  ));
}

/** Written anew only when its own scene changes: of hundreds one at a time does. */
const SceneRow = memo(function SceneRow(props: { record: SceneRecord; isOpen: boolean; hasTick: boolean }) {
  const studio = useStudio();
  const { record, isOpen, hasTick } = props;
  const { id, name } = record.scene;
  const tick = hasTick && (
    <TickBox
      label={words.tick(name)}
      checked={record.ticked === true}
      onChange={(ticked) => tickScenes(studio, [id], ticked)}
    />
  );
  return (
    <article className={isOpen ? "card card-selected" : "scene-row"} aria-label={words.scene(name)}>
      {isOpen ? (
        <SceneCard record={record} tick={tick} />
      ) : (
        <>
          {tick}
          <SceneLine record={record} />
        </>
      )}
    </article>
  );
});

function Ticks({ records }: { records: readonly SceneRecord[] }) {
  const studio = useStudio();
  const count = records.filter(({ ticked }) => ticked).length;
  const all = records.map(({ scene }) => scene.id);
  return (
    <div className="row row-wrap scene-ticks" title={words.tickAllTip}>
      <TickBox
        label={words.tickAll}
        checked={count === records.length || (count > 0 && "indeterminate")}
        onChange={(ticked) => tickScenes(studio, all, ticked)}
      />
      <span className="quiet">{words.ticked(count, records.length)}</span>
      {TEST_SPLITS.map((split) => {
        const tiles = records.filter(({ scene }) => isTestTile(split, scene.optical.facts.fileName) === true);
        return (
          tiles.length > 0 && (
            <button
              key={split.name}
              type="button"
              className="button-plain"
              title={words.testSplitTip(split.name, tiles.length, split.tiles.length)}
              onClick={() => {
                tickScenes(studio, all, false);
                tickScenes(
                  studio,
                  tiles.map(({ scene }) => scene.id),
                  true,
                );
              }}
            >
              {words.testSplit(split.name)}
            </button>
          )
        );
      })}
    </div>
  );
}

function SceneCard({ record, tick }: { record: SceneRecord; tick: ReactNode }) {
  const studio = useStudio();
  const { scene, truth } = record;
  return (
    <>
      <div className="scene-open">
        {tick}
        <button
          type="button"
          style={{ flex: 1, minWidth: 0 }}
          aria-pressed={true}
          aria-label={words.show(scene.name)}
          onClick={() => selectSceneById(studio, scene.id)}
        >
          <span className="card-title">
            <span className="truncate" title={scene.name}>
              {scene.name}
            </span>
            <span className="badge">{pixelSizeText(scene.optical.facts)}</span>
          </span>
          <span className="card-line">{sceneFacts(record)}</span>
          {scene.optical.facts.photoRange !== undefined && (
            <span className="card-line">{photoRangeText(scene.optical.facts.photoRange)}</span>
          )}
        </button>
      </div>
      <CollarQuestion facts={scene.optical.facts} />
      <Verdicts record={record} />
      {truth.status === "decoding" && <p className="quiet">{words.readingTruth}</p>}
      {truth.status === "failed" && scene.truth?.alignment.verdict !== "refused" && (
        <Fault
          error={truth.error}
          {...(mayPass(truth.error) && { onRetry: () => void retryTruth(studio, scene.id) })}
        />
      )}
      {(scene.auxiliary !== null || scene.truth !== null) && (
        <div className="card-tools">
          <SceneDialogButton record={record} dialog="alignment" />
          {scene.truth !== null && <SceneDialogButton record={record} dialog="truth" />}
        </div>
      )}
      <ModelViewDetails record={record} />
      <details className="card-details">
        <summary>{messages.bands.summary}</summary>
        <BandTable facts={scene.optical.facts} use="optical" />
        {auxiliariesOf(scene).map(({ rasterId, facts, kind }) => (
          <BandTable key={rasterId} facts={facts} use={kind} />
        ))}
        {scene.truth !== null && <BandTable facts={scene.truth.facts} use="truth" />}
      </details>
      <SceneFiles record={record} />
      <details className="card-details">
        <summary>{words.whyTheseFiles}</summary>
        <ul>
          <FileLine name={scene.optical.facts.fileName} part={words.orthophoto} />
          {auxiliariesOf(scene).map(({ rasterId, facts, kind }) => (
            <FileLine key={rasterId} name={facts.fileName} part={AUXILIARY_NAMES[kind]} />
          ))}
          {scene.truth !== null && <FileLine name={scene.truth.facts.fileName} part={words.truth} />}
          {scene.pairing.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          {scene.optical.facts.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {truth.status === "ready" && truth.notes.map((note) => <li key={note}>{note}</li>)}
        </ul>
        <div className="card-tools">
          <button type="button" className="button button-small" onClick={() => removeScene(studio, scene.id)}>
            {words.remove}
          </button>
        </div>
      </details>
    </>
  );
}

/** Computed only while it is open. */
function ModelViewDetails({ record }: { record: SceneRecord }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="card-details" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{messages.modelView.title}</summary>
      {isOpen && <ModelView record={record} />}
    </details>
  );
}

/** Asked until it is answered; what is done meanwhile is said. */
function CollarQuestion({ facts }: { facts: RasterFacts }) {
  const studio = useStudio();
  const { collar } = facts;
  if (collar === undefined || collar.answer !== null) {
    return null;
  }
  const found = describeCollarColours(collar, facts.bands[0]!.dtype);
  return (
    <section className="verdict" aria-label={words.collarQuestion} data-role="collar-question">
      <span className="dot warn" />
      <span>
        {words.collar(found, isCollarMissing(collar))}
        <span className="card-tools">
          {COLLAR_ANSWERS.map((answer) => (
            <button
              key={answer}
              type="button"
              className="button button-small"
              onClick={() => void correctRaster(studio, facts, { collar: answer })}
            >
              {words.collarAnswers[answer]}
            </button>
          ))}
        </span>
      </span>
    </section>
  );
}

function SceneDialogButton({ record, dialog }: { record: SceneRecord; dialog: "alignment" | "truth" }) {
  const studio = useStudio();
  const { auxiliary, truth } = record.scene;
  const remarks = (auxiliary?.alignment.warnings.length ?? 0) + (truth?.alignment.warnings.length ?? 0);
  return (
    <button type="button" className="button button-small" onClick={() => openDialog(studio, dialog)}>
      {dialog === "truth" ? messages.truthClasses.open : messages.alignment.open(remarks)}
    </button>
  );
}

function FileLine({ name, part }: { name: string; part: string }) {
  return (
    <li className="row">
      <span className="truncate" title={name}>
        {name}
      </span>
      <span className="quiet">{part}</span>
    </li>
  );
}

function Verdicts({ record: { scene } }: { record: SceneRecord }) {
  const lines = [
    ...auxiliariesOf(scene).map(({ kind, facts, alignment }) => ({ name: AUXILIARY_NAMES[kind], facts, alignment })),
    ...(scene.truth === null
      ? []
      : [{ name: words.truth, facts: scene.truth.facts, alignment: scene.truth.alignment }]),
  ];
  return (
    <>
      {scene.auxiliary === null && (
        <p className="verdict">
          <span className="dot warn" />
          <span>{words.noDsm}</span>
        </p>
      )}
      {lines.map(({ name, facts, alignment }) => {
        if (alignment.verdict === "refused") {
          return <Fault key={name} error={refusedAlignment(facts, alignment, name)} />;
        }
        const tone = alignment.warnings.length > 0 ? "warn" : "good";
        return (
          <p key={name} className="verdict" data-verdict={alignment.verdict}>
            <span className={`dot ${tone}`} />
            <Tip text={alignment.warnings.length > 0 ? alignment.warnings.join(" ") : undefined}>
              <span>
                {alignment.summary.includes(name) ? "" : `${name}: `}
                {alignment.summary}
              </span>
            </Tip>
          </p>
        );
      })}
    </>
  );
}
