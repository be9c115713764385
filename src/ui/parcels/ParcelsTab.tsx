/** What lies in the polygons of a dropped layer: table, share of a class on the map, files to take away. */
import { useEffect, useMemo, useState } from "react";
import { burnTruth } from "../../actions/parcels/burn-truth";
import { measureParcels, placeParcels, setAreaToParcels } from "../../actions/parcels/measure-parcels";
import { changeParcels, openOtherLayer, removeParcels } from "../../actions/parcels/open-parcels";
import { saveParcels } from "../../actions/parcels/save-parcels";
import { rampColour } from "../../core/raster/colour-ramp";
import { classField } from "../../evaluation/burn-polygons";
import { PARCEL_FORMATS } from "../../outputs/parcel-formats";
import { findResult, type ResultState } from "../../store/results";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { Fault } from "../controls/Fault";
import { ChoiceField, SwitchField } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { ParcelTable } from "./ParcelTable";
import { type ShownParcels, selectCounts, selectOutlines, selectShownParcels } from "./shown-parcels";

const words = messages.parcels;

export function ParcelsTab() {
  const { layer, run } = useSelectList((state) => selectShownParcels(state) ?? { layer: null, run: null });
  return layer === null ? null : <LayerSection layer={layer} run={run} />;
}

function LayerSection({ layer, run }: ShownParcels) {
  const studio = useStudio();
  const layers = useSelect(({ parcels }) => parcels.layers);
  const { areOutlinesShown } = useSelect(({ parcels }) => parcels);
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <button type="button" className="button-plain" onClick={() => removeParcels(studio, layer.id)}>
          {words.remove}
        </button>
      </div>
      {layers.length > 1 && (
        <ChoiceField
          label={words.layer}
          value={layer.id}
          options={layers.map(({ id, fileName }) => ({ value: id, text: fileName }))}
          onChange={(layerId) => changeParcels(studio, { layerId })}
        />
      )}
      {layer.layers !== undefined && (
        <ChoiceField
          label={words.layerOfFile}
          value={layer.name}
          options={layer.layers.map((name) => ({ value: name, text: name }))}
          onChange={(name) => void openOtherLayer(studio, layer.id, name)}
        />
      )}
      <p className="quiet">{words.facts(layer.fileName, layer.properties.length, layer.systemName)}</p>
      {layer.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
      <SwitchField
        label={words.onMap}
        checked={areOutlinesShown}
        onChange={(shown) => changeParcels(studio, { areOutlinesShown: shown })}
      />
      <Placed layer={layer} run={run} />
      <div className="card-tools">
        <button type="button" className="button-plain" onClick={() => setAreaToParcels(studio, layer.id)}>
          {words.area}
        </button>
      </div>
      <AsTruth layer={layer} />
      {run === null ? <p className="quiet">{words.noRuns}</p> : <Counted layer={layer} run={run} />}
    </section>
  );
}

/** Which attribute says the class, and whether the layer is what maps are scored against. */
function AsTruth({ layer }: Pick<ShownParcels, "layer">) {
  const studio = useStudio();
  const photo = useSelect((state) => selectScene(state)?.scene.optical.facts.fileName ?? null);
  const sceneId = useSelect(({ scenes }) => scenes.selectedId);
  const fields = useMemo(() => [...new Set(layer.properties.flatMap((each) => Object.keys(each)))], [layer.properties]);
  const [chosen, setChosen] = useState<string | null>(null);
  const field = chosen ?? classField(fields) ?? fields[0];
  const used = layer.truths.find((truth) => truth.photo === photo);
  if (field === undefined || sceneId === null) return null;
  return (
    <>
      <ChoiceField
        label={words.classField}
        value={field}
        options={fields.map((name) => ({ value: name, text: name }))}
        onChange={setChosen}
      />
      <div className="card-tools">
        <button
          type="button"
          className="button button-small"
          disabled={used?.field === field}
          onClick={() => void burnTruth(studio, layer.id, sceneId, field)}
        >
          {words.asTruth}
        </button>
      </div>
      {used !== undefined && <p className="quiet">{words.isTruth(used.field)}</p>}
    </>
  );
}

/** Where the layer lies on another scene is found out when that is shown. */
function Placed({ layer }: ShownParcels) {
  const studio = useStudio();
  const sceneId = useSelect(({ scenes }) => scenes.selectedId);
  const placed = useSelect((state) => selectOutlines(state, layer.id));
  useEffect(() => {
    if (sceneId !== null && placed === undefined) placeParcels(studio, layer.id, sceneId);
  }, [studio, layer.id, sceneId, placed]);
  return placed?.status === "failed" ? <Fault error={placed.error} /> : null;
}

function Counted({ layer, run }: { layer: ShownParcels["layer"]; run: DoneRun }) {
  const studio = useStudio();
  const runs = useSelectList(selectDoneRuns);
  const counted = useSelect((state) => selectCounts(state, { layer, run }));
  useEffect(() => {
    if (counted === undefined) void measureParcels(studio, layer.id, run.id);
  }, [studio, layer.id, run.id, counted]);
  const chosen = useSelect(({ parcels }) => parcels.className);
  const className = run.classes.some(({ name }) => name === chosen) ? chosen : null;
  return (
    <>
      {runs.length > 1 && (
        <ChoiceField
          label={words.run}
          value={run.id}
          options={runs.map(({ id, modelName }) => ({ value: id, text: modelName }))}
          onChange={(runId) => changeParcels(studio, { runId })}
        />
      )}
      <ChoiceField
        label={words.shareOnMap}
        value={className ?? ""}
        options={[
          { value: "", text: words.outlinesOnly },
          ...run.classes.map(({ name }) => ({ value: name, text: name })),
        ]}
        onChange={(name) => changeParcels(studio, { className: name === "" ? null : name })}
      />
      {className !== null && <ShareRamp className={className} />}
      <HeightFault run={run} />
      <Counts {...{ layer, run, counted, className }} />
    </>
  );
}

function Counts(props: {
  layer: ShownParcels["layer"];
  run: DoneRun;
  counted: ResultState | undefined;
  className: string | null;
}) {
  const { layer, run, counted, className } = props;
  const studio = useStudio();
  if (counted?.status === "failed") {
    return <Fault error={counted.error} onRetry={() => void measureParcels(studio, layer.id, run.id)} />;
  }
  if (counted?.status !== "ready") {
    return (
      <p className="quiet" role="status">
        {words.counting}
      </p>
    );
  }
  return (
    <>
      <ParcelTable layer={layer} counts={counted.parcels ?? []} classes={run.classes} className={className} />
      <fieldset className="card-tools plain-fieldset" aria-label={words.saveRegion}>
        <span className="quiet">{words.saveAs}</span>
        {PARCEL_FORMATS.map(({ ending, name }) => (
          <button
            key={ending}
            type="button"
            className="button-plain"
            onClick={() => void saveParcels(studio, layer.id, run.id, ending)}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </>
  );
}

/** Why there are no heights, where the scene could have some. */
function HeightFault({ run }: { run: DoneRun }) {
  const heights = useSelect(({ results }) => findResult(results, "above-ground", run.sceneId)?.state);
  return heights?.status === "failed" ? <Fault error={heights.error} subject={words.height} /> : null;
}

function ShareRamp({ className }: { className: string }) {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${rampColour(share).join(" ")})`);
  return (
    <div className="share-ramp">
      <span className="number">0</span>
      <span
        className="share-ramp-bar"
        role="img"
        aria-label={words.ramp(className)}
        style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }}
      />
      <span className="number">{words.share("100")}</span>
    </div>
  );
}
