/** Copies a table as it is seen: CSV, Markdown or LaTeX. */

import { notify, notifyError } from "../../actions/studio";
import { formatTable, type TableFormat, type TextTable } from "../../outputs/score-table";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const words = messages.copyTable;

const FORMATS: readonly { format: TableFormat; text: string }[] = [
  { format: "csv", text: "CSV" },
  { format: "markdown", text: "Markdown" },
  { format: "latex", text: "LaTeX" },
];

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
      {FORMATS.map(({ format, text }) => (
        <button key={format} type="button" className="button-plain" onClick={() => void copy(format, text)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
