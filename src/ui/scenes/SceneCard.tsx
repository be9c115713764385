/** The open scene in full: how its rasters lie on each other, what is to be answered, its bands, files and reasons. */

import { type ReactNode, useState } from "react";
import { correctRaster } from "../../actions/scenes/correct-raster";
import { removeScene } from "../../actions/scenes/open-files";
import { retryTruth } from "../../actions/scenes/read-truth";
import { openDialog, selectSceneById } from "../../actions/view/arrange";
import { mayPass } from "../../core/errors";
import { refusedAlignment } from "../../core/georef/refused-alignment";
import { COLLAR_ANSWERS, isCollarMissing } from "../../core/raster/collar";
import { describeCollarColours } from "../../core/raster/describe-collar";
import type { RasterFacts } from "../../core/raster/raster";
import { auxiliariesOf } from "../../core/scene/scene";
import type { SceneRecord } from "../../store/scenes";
import { CutName } from "../controls/CutName";
import { Fault } from "../controls/Fault";
import { Tip } from "../controls/Tip";
import { AUXILIARY_NAMES, photoRangeText, pixelSizeText, sceneFacts } from "../describe";
import { messages } from "../messages";
import { spelled } from "../remarks";
import { useStudio } from "../StudioContext";
import { BandTable } from "./BandTable";
import { ModelView } from "./ModelView";
import { PhotoDisplay } from "./PhotoDisplay";
import { SceneFiles } from "./SceneFiles";

const words = messages.scenes;

export function SceneCard({ record, tick }: { record: SceneRecord; tick: ReactNode }) {
  const studio = useStudio();
  const { scene, truth } = record;
  return (
    <>
      <SceneHead record={record} tick={tick} />
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
      <PhotoDisplay record={record} />
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
      <WhyTheseFiles record={record} />
    </>
  );
}

function SceneHead({ record, tick }: { record: SceneRecord; tick: ReactNode }) {
  const studio = useStudio();
  const { scene } = record;
  return (
    <div className="scene-open">
      {tick}
      <button
        type="button"
        style={{ flex: 1, minWidth: 0 }}
        data-scene={scene.id}
        aria-pressed={true}
        aria-label={words.show(scene.name)}
        onClick={() => selectSceneById(studio, scene.id)}
      >
        <span className="card-title">
          <CutName text={scene.name} />
          <span className="badge">{pixelSizeText(scene.optical.facts)}</span>
        </span>
        <span className="card-line">{sceneFacts(record)}</span>
        {scene.optical.facts.photoRange !== undefined && (
          <span className="card-line">{photoRangeText(scene.optical.facts.photoRange)}</span>
        )}
      </button>
    </div>
  );
}

function WhyTheseFiles({ record: { scene, truth } }: { record: SceneRecord }) {
  const studio = useStudio();
  return (
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
        {truth.status === "ready" && truth.notes.map(spelled).map((note) => <li key={note}>{note}</li>)}
      </ul>
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={() => removeScene(studio, scene.id)}>
          {words.remove}
        </button>
      </div>
    </details>
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
      <CutName text={name} />
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
            <Tip text={alignment.warnings.length > 0 ? alignment.warnings.map(spelled).join(" ") : undefined}>
              <span>
                {"label" in alignment.summary
                  ? spelled(alignment.summary)
                  : words.verdict(name, spelled(alignment.summary))}
              </span>
            </Tip>
          </p>
        );
      })}
    </>
  );
}
