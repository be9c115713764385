/** Files that look like the bands of a photo: what would go where, and the question whether they are joined. */
import { joinBandFiles, keepBandsApart } from "../../actions/scenes/join-bands";
import { BAND_ROLES } from "../../core/vocabulary/band-roles";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.bandQuestion;

/** Photos whose files are listed one by one. */
const LISTED = 6;

export function BandQuestion() {
  const studio = useStudio();
  const groups = useSelect((state) => state.scenes.bandGroups);
  if (groups.length === 0) {
    return null;
  }
  const files = groups.reduce((sum, group) => sum + group.files.length, 0);
  return (
    <section className="card band-question" aria-label={words.region}>
      <p className="strong">{words.question(files, groups.length)}</p>
      {groups.slice(0, LISTED).map((group) => (
        <table key={group.files[0]!.rasterId} className="table" aria-label={group.fileName}>
          <caption className="truncate" title={group.fileName}>
            {group.fileName}
          </caption>
          <tbody>
            {group.files.map(({ rasterId, fileName, role }) => (
              <tr key={rasterId}>
                <th scope="row">{BAND_ROLES[role].name}</th>
                <td className="band-file-name" title={fileName}>
                  {fileName}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      {groups.length > LISTED && <p className="quiet">{words.more(groups.length - LISTED)}</p>}
      <div className="card-tools">
        <button
          type="button"
          className="button button-small button-primary"
          onClick={() => void joinBandFiles(studio, groups)}
        >
          {words.join(groups.length)}
        </button>
        <button type="button" className="button button-small" onClick={() => keepBandsApart(studio, groups)}>
          {words.keepApart}
        </button>
      </div>
    </section>
  );
}
