/** Models to run over the scene, and the settings of the next run. */

import { Popover } from "radix-ui";
import { runOverFlatHeights } from "../../actions/runs/run-model";
import { dismissRefusedModel, openDialog, toggleModel } from "../../actions/view/arrange";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { ModelManifest } from "../../core/manifest/manifest";
import { scaleRemark } from "../../core/run/run-scale";
import type { ModelRecord } from "../../store/models";
import { runSettingsOf, selectModelFit, selectScene } from "../../store/selectors";
import { CutName } from "../controls/CutName";
import { Fault } from "../controls/Fault";
import { CheckRow } from "../controls/Fields";
import { settingsText } from "../describe";
import { bytes } from "../format";
import { messages } from "../messages";
import { said, spelled } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";
import { SettingsForm } from "./SettingsForm";

const words = messages.runs;

/** The models there are, those ticked for the next run, and how it will run. */
export function ModelsSection() {
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
        {models.records.map((record) => (
          <ModelRow key={record.id} record={record} />
        ))}
        {models.refused.map(({ id, fileName, error }) => (
          <Fault key={id} error={error} subject={fileName} onDismiss={() => dismissRefusedModel(studio, id)} />
        ))}
        {first !== undefined && <p className="quiet">{nextRun}</p>}
      </div>
    </section>
  );
}

/** A model to tick, with what it is. */
function ModelRow({ record: { id, manifest, origin } }: { record: ModelRecord }) {
  const studio = useStudio();
  const isAsked = useSelect((state) => state.settings.modelIds.includes(id));
  return (
    <div>
      <div className="row">
        <CheckRow label={manifest.name} checked={isAsked} onChange={() => toggleModel(studio, id)}>
          <span className="row">
            <CutName text={manifest.name} strong title={manifest.description} />
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
      {isAsked && <Fit manifest={manifest} />}
    </div>
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
    const sizePx = manifest.window.sizePx;
    return facts === undefined ? null : said(scaleRemark(settings, facts, sizePx, groundSamplingDistanceMetres(facts)));
  });
  const texts = fits.map(({ tone, text }) => ({ tone, text: spelled(text) }));
  const lines = scale === null ? texts : [...texts, { tone: "good", text: scale }];
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
