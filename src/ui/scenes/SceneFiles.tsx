/** What a scene is called and which files it is made of; both can be set right. */
import { useState } from "react";
import { chooseRaster, renameScene } from "../../actions/scenes/describe-scene";
import type { ScenePart } from "../../core/pairing/choose-by-hand";
import { recogniseRasterPart } from "../../core/pairing/raster-part";
import { auxiliariesOf, rastersOf, type SceneRaster } from "../../core/scene/scene";
import { AUXILIARY_KIND_IDS } from "../../core/vocabulary/auxiliary-kinds";
import type { SceneRecord } from "../../store/scenes";
import type { StudioState } from "../../store/studio-store";
import { AUXILIARY_NAMES } from "../describe";
import { messages } from "../messages";
import { useSelectList, useStudio } from "../StudioContext";

const words = messages.sceneFiles;

export function SceneFiles({ record }: { record: SceneRecord }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="card-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.summary}</summary>
      {isOpen && <Name key={record.scene.name} record={record} />}
      {isOpen && <Parts record={record} />}
    </details>
  );
}

function Name({ record }: { record: SceneRecord }) {
  const studio = useStudio();
  const { id, name } = record.scene;
  const [typed, setTyped] = useState(name);
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        renameScene(studio, id, typed);
      }}
    >
      <input
        className="text-input scene-name"
        aria-label={words.name}
        value={typed}
        maxLength={120}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed.trim() !== name && (
        <button type="submit" className="button button-small">
          {typed.trim() === "" ? words.nameFromFiles : words.rename}
        </button>
      )}
      {typed === name && record.givenName !== undefined && (
        <button type="button" className="link" onClick={() => renameScene(studio, id, "")}>
          {words.nameFromFiles}
        </button>
      )}
    </form>
  );
}

function Parts({ record }: { record: SceneRecord }) {
  const rasters = useSelectList((state) => choosable(state, record.scene.id));
  const sorted = rasters.map((raster) => ({ raster, part: partFound(raster) }));
  const kinds = AUXILIARY_KIND_IDS.filter(
    (kind) =>
      kind === "dsm" ||
      sorted.some(({ part }) => part === kind) ||
      auxiliariesOf(record.scene).some((auxiliary) => auxiliary.kind === kind),
  );
  return [...kinds, "truth" as const].map((part) => (
    <PartChoice
      key={part}
      record={record}
      part={part}
      likely={sorted.flatMap((each) => (each.part === part ? each.raster : []))}
      others={sorted.flatMap((each) => (each.part === part ? [] : each.raster))}
    />
  ));
}

function PartChoice(props: {
  record: SceneRecord;
  part: ScenePart;
  likely: readonly SceneRaster[];
  others: readonly SceneRaster[];
}) {
  const studio = useStudio();
  const { record, part } = props;
  const { id, truth } = record.scene;
  const current = part === "truth" ? truth : auxiliariesOf(record.scene).find(({ kind }) => kind === part);
  const choice = record.byHand?.[part];
  const name = part === "truth" ? words.truth : AUXILIARY_NAMES[part];
  return (
    <label className="row scene-part">
      <span className="quiet">{name}</span>
      <select
        className="select select-small"
        aria-label={words.choose(name)}
        value={choice === undefined ? "found" : choice === null ? "none" : (current?.rasterId ?? "found")}
        onChange={(event) => chooseRaster(studio, id, part, event.target.value)}
      >
        <option value="found">{words.asFound(choice === undefined && current ? current.facts.fileName : null)}</option>
        <option value="none">{words.none}</option>
        <Options rasters={props.likely} />
        {props.others.length > 0 && (
          <optgroup label={words.others}>
            <Options rasters={props.others} />
          </optgroup>
        )}
      </select>
    </label>
  );
}

function Options({ rasters }: { rasters: readonly SceneRaster[] }) {
  return rasters.map(({ rasterId, facts: { fileName, folder } }) => (
    <option key={rasterId} value={rasterId}>
      {folder === undefined ? fileName : `${folder.split("/").at(-1)}/${fileName}`}
    </option>
  ));
}

/** Every open raster but the scene's own photo, and the photos of scenes whose runs would be lost with them. */
function choosable({ scenes, runs }: StudioState, sceneId: string): SceneRaster[] {
  const withRuns = new Set(runs.records.map((run) => run.sceneId));
  const all = scenes.records.flatMap(({ scene }) => [
    ...(scene.id === sceneId || withRuns.has(scene.id) ? rastersOf(scene).slice(1) : rastersOf(scene)),
  ]);
  return [...new Map([...all, ...scenes.unpaired].map((raster) => [raster.rasterId, raster])).values()];
}

function partFound({ facts }: SceneRaster): ScenePart | null {
  const found = recogniseRasterPart(facts);
  return found.part === "auxiliary" ? found.kind : found.part === "truth" ? "truth" : null;
}
