/** Points and answers as files that the page, `nadir accuracy` and every GIS read. */
import { exportName } from "../../outputs/run-labels";
import { formatSampleFile, SAMPLE_FORMATS, type SampleEnding } from "../../outputs/sample-files";
import { selectSampled } from "../../store/sample-selectors";
import { selectScene } from "../../store/selectors";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";

export function saveSample(studio: Studio, ending: SampleEnding): void {
  const state = studio.store.getState();
  const sample = selectSampled(state)?.sample ?? null;
  const record = selectScene(state);
  if (sample === null || record === null) return;
  const { scene } = record;
  const fileName = `${exportName(scene.name, sample.mapName)}-points${ending}`;
  try {
    const text = formatSampleFile(sample.points, scene.optical.facts, ending);
    save({
      fileName,
      blob: new Blob([text], { type: SAMPLE_FORMATS.find((format) => format.ending === ending)!.type }),
    });
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}
