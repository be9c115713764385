/** How the other rasters lie on the orthophoto, in numbers, before any run; and the choice when something is off. */

import { chooseAuxiliary } from "../../actions/scenes/set-area";
import type { AlignmentReport } from "../../core/georef/alignment";
import type { AuxiliaryChoice } from "../../core/scene/scene";
import type { SceneRecord } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { AUXILIARY_NAMES } from "../describe";
import { fixed, percent } from "../format";
import { messages } from "../messages";
import { spelled } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.alignment;

export function AlignmentDialog() {
  const record = useSelect(selectScene);
  if (record === null) {
    return null;
  }
  const { auxiliary, truth } = record.scene;
  const columns = [
    ...(auxiliary === null ? [] : [{ name: AUXILIARY_NAMES[auxiliary.kind], report: auxiliary.alignment }]),
    ...(truth === null ? [] : [{ name: words.truth, report: truth.alignment }]),
  ];
  if (columns.length === 0) {
    return <p>{words.nothing}</p>;
  }
  return (
    <div className="stack">
      <table className="table" aria-label={words.title}>
        <thead>
          <tr>
            <th>{words.onOrthophoto}</th>
            {columns.map(({ name }) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([label, write]) => (
            <tr key={label}>
              <td className="quiet">{label}</td>
              {columns.map(({ name, report }) => (
                <td key={name} className="number">
                  {write(report)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {columns.flatMap(({ name, report }) =>
        report.warnings.map(spelled).map((warning) => (
          <p key={`${name}${warning}`} className="verdict">
            <span className={`dot ${report.verdict === "refused" ? "bad" : "warn"}`} />
            <span>{warning}</span>
          </p>
        )),
      )}
      {auxiliary !== null && auxiliary.alignment.verdict !== "refused" && <Choice record={record} />}
    </div>
  );
}

const NOT_KNOWN = "–";

const ROWS: readonly (readonly [string, (report: AlignmentReport) => string])[] = [
  [words.verdict, ({ verdict }) => words.verdicts[verdict]],
  [words.offset, ({ offsetPx }) => offsetPx.map((value) => number(value, 2)).join(", ")],
  [words.ratio, ({ resolutionRatio }) => number(resolutionRatio, 3)],
  [words.overlap, ({ overlapFraction }) => `${percent(overlapFraction)} %`],
  [words.nodata, ({ nodataFraction }) => (nodataFraction == null ? NOT_KNOWN : `${percent(nodataFraction)} %`)],
  [
    words.range,
    ({ valueRange }) =>
      valueRange == null ? NOT_KNOWN : `${number(valueRange.min, 2)} … ${number(valueRange.max, 2)}`,
  ],
  [words.unit, ({ valueRange }) => (valueRange == null ? NOT_KNOWN : (valueRange.unit ?? words.noUnit))],
];

function number(value: number, digits: number): string {
  return Number.isFinite(value) ? fixed(value, digits) : NOT_KNOWN;
}

function Choice({ record }: { record: SceneRecord }) {
  const studio = useStudio();
  const { auxiliary, id } = record.scene;
  if (auxiliary === null) {
    return null;
  }
  const name = AUXILIARY_NAMES[auxiliary.kind];
  const { overlapFraction, overlapRect } = auxiliary.alignment;
  const isPartial = overlapFraction < 0.999 && overlapRect !== null;
  const options: { value: AuxiliaryChoice | null; text: string }[] = [
    { value: null, text: isPartial ? words.fill(name) : words.use(name) },
    ...(isPartial
      ? [
          {
            value: "only-where-it-lies",
            text: words.onlyThere(name, overlapRect.widthPx, overlapRect.heightPx),
          } as const,
        ]
      : []),
    { value: "leave-out", text: words.leaveOut(name) },
  ];
  return (
    <fieldset className="plain-fieldset stack">
      <legend className="label">{words.forRuns}</legend>
      {options.map(({ value, text }) => (
        <label key={text} className="row">
          <input
            type="radio"
            name="auxiliary-choice"
            checked={(record.auxiliaryChoice ?? null) === value}
            onChange={() => chooseAuxiliary(studio, id, value)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
