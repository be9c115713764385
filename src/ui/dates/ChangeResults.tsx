/** Shift, balance, objects and matrix of two dates, the ways to see them, and the files to take away. */
import { showChanges } from "../../actions/dates/compare-dates";
import { CHANGE_FILES, saveChanges } from "../../actions/dates/save-changes";
import { type MapChanges, shiftRemark } from "../../core/metrics/map-changes";
import type { Remark } from "../../core/remarks/remark";
import { changeFigures } from "../../outputs/change-tables";
import type { TextTable } from "../../outputs/score-table";
import { messages } from "../messages";
import { ClassFigures } from "../outputs/ClassFigures";
import { spelled } from "../remarks";
import { useStudio } from "../StudioContext";

const words = messages.changes;

export function ChangeResults(props: { changes: MapChanges; placement: Remark | null; hasHeights: boolean }) {
  const { changes, placement, hasHeights } = props;
  const studio = useStudio();
  const { classes, unknownPixels, objects } = changes;
  const { pixels, hectares, balance, objects: objectCells } = changeFigures(changes);
  const names = classes.map(({ name }) => name);
  const unit = hectares === null ? "px" : "ha";
  const named = (rows: readonly (readonly string[])[]) => names.map((name, at) => [name, ...rows[at]!]);
  const matrix = (of: "px" | "ha", rows: readonly (readonly string[])[]): TextTable => ({
    caption: words.matrix(words.units[of]),
    columns: ["", ...names],
    rows: named(rows),
  });
  const tables: TextTable[] = [
    { caption: words.balance(words.units[unit]), columns: ["", ...words.balanceColumns], rows: named(balance) },
    {
      caption: words.objects(objects.least, objects.unit),
      columns: ["", ...words.objectColumns(unit)].slice(0, hasHeights ? undefined : 5),
      rows: named(objectCells.map((row) => (hasHeights ? row : [row[0]!, row[1]!, row[3]!, row[4]!]))),
    },
    ...(hectares === null ? [] : [matrix("ha", hectares)]),
    matrix("px", pixels),
  ];
  return (
    <>
      <Shift changes={changes} />
      {placement !== null && <p className="quiet">{words.placed(spelled(placement))}</p>}
      {unknownPixels > 0 && <p className="quiet">{words.unknown(unknownPixels)}</p>}
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={() => showChanges(studio, "date-changes")}>
          {words.show}
        </button>
        {hasHeights && (
          <button type="button" className="button button-small" onClick={() => showChanges(studio, "height-change")}>
            {words.showHeights}
          </button>
        )}
      </div>
      {!hasHeights && <p className="quiet">{words.noHeights}</p>}
      {tables.map((table) => (
        <ClassFigures key={table.caption} table={table} classes={classes} />
      ))}
      <fieldset className="card-tools plain-fieldset" aria-label={words.saveRegion}>
        <span className="quiet">{words.saveAs}</span>
        {CHANGE_FILES.map(({ id, name }) => (
          <button key={id} type="button" className="button-plain" onClick={() => void saveChanges(studio, id)}>
            {name}
          </button>
        ))}
        {hasHeights && (
          <button type="button" className="button-plain" onClick={() => void saveChanges(studio, "heights")}>
            {words.heightFile}
          </button>
        )}
      </fieldset>
    </>
  );
}

function Shift({ changes }: { changes: MapChanges }) {
  const text = spelled(shiftRemark(changes));
  return changes.shift === null ? (
    <p className="quiet">{text}</p>
  ) : (
    <p className="warn" role="alert" data-role="shift">
      {text}
    </p>
  );
}
