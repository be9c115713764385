/** Copies a table as it is seen: CSV, Markdown or LaTeX. */

import { notify, notifyError } from "../../actions/studio";
import { formatTable, TABLE_FORMATS, type TableFormat, type TextTable } from "../../outputs/score-table";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const words = messages.copyTable;

export function CopyTable({ table }: { table: TextTable }) {
  const studio = useStudio();
  const copy = async (format: TableFormat, name: string) => {
    try {
      await navigator.clipboard.writeText(formatTable(table, format));
      notify(studio, "good", words.copied(name));
    } catch (error) {
      notifyError(studio, error);
    }
  };
  return (
    <fieldset className="card-tools plain-fieldset" aria-label={words.region(table.caption)}>
      <span className="quiet">{words.copyAs}</span>
      {TABLE_FORMATS.map(({ id, name }) => (
        <button key={id} type="button" className="button-plain" onClick={() => void copy(id, name)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
