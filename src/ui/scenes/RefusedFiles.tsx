/** What was not opened: files of one kind together, with what they are and what to do. */
import { dismissRefused } from "../../actions/view/arrange";
import type { RefusedFile } from "../../store/scenes";
import { Fault } from "../controls/Fault";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.scenes;

export function RefusedFiles() {
  const studio = useStudio();
  const refused = useSelect((state) => state.scenes.refused);
  const groups = groupAlike(refused);
  if (groups.length < 2) {
    return groups.map(({ error, fileNames }) => (
      <Fault
        key={fileNames[0]}
        error={error}
        subject={words.fileNames(fileNames)}
        onDismiss={() => dismissRefused(studio, fileNames)}
      />
    ));
  }
  return (
    <section className="fault refused-files" role="alert" aria-label={words.notOpened(refused.length)}>
      <div className="row">
        <span className="fault-subject">{words.notOpened(refused.length)}</span>
        <button
          type="button"
          className="button button-small"
          onClick={() =>
            dismissRefused(
              studio,
              refused.map(({ fileName }) => fileName),
            )
          }
        >
          {words.dismissAll}
        </button>
      </div>
      <ul className="refused-kinds">
        {groups.map(({ error, fileNames }) => (
          <li key={fileNames[0]}>
            <span title={error.needed}>
              <strong title={fileNames.join("\n")}>{words.fileNames(fileNames)}</strong> {error.found}{" "}
              <span className="fault-next">{error.next}</span>
            </span>
            <button
              type="button"
              className="button-plain"
              aria-label={messages.fault.dismiss(words.fileNames(fileNames))}
              onClick={() => dismissRefused(studio, fileNames)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function groupAlike(refused: readonly RefusedFile[]) {
  const groups = new Map<string, { readonly error: RefusedFile["error"]; readonly fileNames: string[] }>();
  for (const { fileName, error } of refused) {
    const { found, needed, next } = error;
    const key = [found, needed, next].join("\n");
    const group = groups.get(key) ?? { error, fileNames: [] };
    group.fileNames.push(fileName);
    groups.set(key, group);
  }
  return [...groups.values()];
}
