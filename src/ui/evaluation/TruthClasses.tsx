/** What the truth's values mean and how often each occurs. */

import { useState } from "react";
import { chooseScheme, chooseTruthFile, readTruthValues } from "../../actions/evaluation/truth-classes";
import { CLASS_SCHEMES } from "../../core/labels/class-scheme";
import { namesOfScheme, schemeFromValues, type TruthValues } from "../../core/labels/own-scheme";
import { correctionKey } from "../../core/raster/band-corrections";
import type { SceneRaster } from "../../core/scene/scene";
import type { TruthState } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { ClassName } from "../controls/ClassName";
import { Fault } from "../controls/Fault";
import { ChoiceField } from "../controls/Fields";
import { whole } from "../format";
import { messages } from "../messages";
import { spelled } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";
import { MappingTable } from "./MappingTable";

const words = messages.truthClasses;

export function TruthClasses() {
  const record = useSelect(selectScene);
  if (record?.scene.truth == null) {
    return <p>{words.noTruth}</p>;
  }
  const { truth } = record;
  return (
    <div className="stack">
      <TruthFile truth={record.scene.truth} other={record.scene.otherTruth ?? null} />
      <Scheme truth={record.scene.truth} />
      {truth.status === "decoding" && <p role="status">{words.reading}</p>}
      {truth.status === "failed" && <Fault error={truth.error} />}
      {truth.status === "ready" && <Counts truth={truth} />}
      {truth.status === "ready" && <MappingTable truth={truth} />}
    </div>
  );
}

function TruthFile({ truth, other }: { truth: SceneRaster; other: SceneRaster | null }) {
  const studio = useStudio();
  const chosen = useSelect((state) => state.evaluation.truthFile);
  if (other === null) {
    return <p className="quiet">{truth.facts.fileName}</p>;
  }
  const [full, eroded] = chosen === "full" ? [truth, other] : [other, truth];
  return (
    <ChoiceField
      label={words.file}
      value={chosen}
      options={[
        { value: "full", text: words.fullFile(full.facts.fileName) },
        { value: "eroded", text: words.erodedFile(eroded.facts.fileName) },
      ]}
      onChange={(file) => chooseTruthFile(studio, file)}
    />
  );
}

function Scheme({ truth }: { truth: SceneRaster }) {
  const studio = useStudio();
  const chosen = useSelect((state) => state.corrections[correctionKey(truth.facts)]?.scheme?.id ?? "auto");
  const [values, setValues] = useState<TruthValues | null>(null);
  const choose = async (id: string) => {
    if (id === "own") {
      setValues(await readTruthValues(studio, truth.rasterId));
      return;
    }
    setValues(null);
    await chooseScheme(studio, truth.facts, CLASS_SCHEMES.find((scheme) => scheme.id === id) ?? null);
  };
  return (
    <>
      <ChoiceField
        label={words.scheme}
        value={values === null ? chosen : "own"}
        options={[
          { value: "auto", text: words.byColours },
          ...CLASS_SCHEMES.map(({ id, name }) => ({ value: id, text: name })),
          { value: "own", text: words.ownTable },
        ]}
        onChange={(id) => void choose(id)}
      />
      {values === null && chosen === "own" && (
        <button type="button" className="link" onClick={() => void choose("own")}>
          {words.editOwnTable}
        </button>
      )}
      {values !== null && <OwnTable truth={truth} found={values} onDone={() => setValues(null)} />}
    </>
  );
}

function OwnTable({ truth, found, onDone }: { truth: SceneRaster; found: TruthValues; onDone: () => void }) {
  const studio = useStudio();
  const known = useSelect((state) => state.corrections[correctionKey(truth.facts)]?.scheme ?? null);
  const rows = found.values.filter(({ value }) => value !== "other");
  const [names, setNames] = useState<Readonly<Record<string, string>>>(() =>
    known === null ? {} : namesOfScheme(found.kind, known),
  );
  const named = rows.map(({ value }) => ({ value, name: names[value] ?? "" }));
  return (
    <form
      aria-label={words.ownTable}
      onSubmit={(event) => {
        event.preventDefault();
        void chooseScheme(studio, truth.facts, schemeFromValues(found.kind, named));
        onDone();
      }}
    >
      <p className="quiet">{words.ownTableHint}</p>
      <table className="table">
        <tbody>
          {rows.map(({ value, pixels }) => (
            <tr key={value}>
              <td>
                <Value value={value} />
              </td>
              <td className="number">{whole(pixels)}</td>
              <td>
                <input
                  className="text-input"
                  aria-label={words.nameOf(value)}
                  placeholder={words.ignored}
                  value={names[value] ?? ""}
                  onChange={(event) => setNames({ ...names, [value]: event.target.value })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="submit" className="button" disabled={named.every(({ name }) => name.trim() === "")}>
        {words.useTable}
      </button>
    </form>
  );
}

function Counts({ truth }: { truth: TruthState & { status: "ready" } }) {
  return (
    <>
      <p className="quiet">{truth.notes.slice(0, 1).map(spelled)}</p>
      <table className="table" aria-label={words.counts}>
        <tbody>
          {truth.classes.map(({ id, name, colour }) => (
            <tr key={id}>
              <td>
                <ClassName name={name} colour={colour} />
              </td>
              <td className="number">{whole(truth.classPixels[id] ?? 0)}</td>
            </tr>
          ))}
          {truth.unknown.map(({ value, pixels }) => (
            <tr key={value} data-role="unknown-value">
              <td>
                <span className="row">
                  <Value value={value} />
                  <span className="warn">{words.unknown}</span>
                </span>
              </td>
              <td className="number">{whole(pixels)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A colour with its swatch, or an id. */
function Value({ value }: { value: string }) {
  return (
    <span className="row">
      {value.includes(",") && <span className="swatch" style={{ background: `rgb(${value.replaceAll(",", " ")})` }} />}
      <span className="mono">{value}</span>
    </span>
  );
}
