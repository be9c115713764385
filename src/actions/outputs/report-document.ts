/** The report as a document: saved as one HTML file, or printed by itself. */
import { exportName } from "../../outputs/run-labels";
import { selectScene, selectTicked } from "../../store/selectors";
import { notify, notifyError, type Studio } from "../studio";
import { selectHandOver, whenAllCorrected } from "./hand-over";
import { save } from "./save-file";

/** Of the ticked scenes where they are what is scored, else of the one that is shown. */
async function makeReport(studio: Studio): Promise<{ name: string; html: string } | null> {
  const state = studio.store.getState();
  const selected = selectScene(state);
  const ticked = state.evaluation.scope === "test-set" ? selectTicked(state) : [];
  const records = ticked.length > 0 ? ticked : selected === null ? [] : [selected];
  if (records.length === 0) {
    return null;
  }
  await whenAllCorrected(studio, records);
  const html = await studio.rasters.call("report", {
    tiles: selectHandOver(studio.store.getState(), records),
    language: studio.messages.language,
  });
  const name = records.length === 1 ? records[0]!.scene.name : `${records.length} tiles`;
  return { name: exportName(name, "report"), html };
}

export async function saveReport(studio: Studio): Promise<void> {
  try {
    const report = await makeReport(studio);
    if (report !== null) {
      const fileName = `${report.name}.html`;
      save({ fileName, blob: new Blob([report.html], { type: "text/html" }) });
      notify(studio, "good", studio.messages.saved([fileName]));
    }
  } catch (error) {
    notifyError(studio, error);
  }
}

/**
 * Prints the document and nothing of the page: it stands beside the page, with its own style, for as long as the dialog
 * of the browser is open.
 */
export async function printReport(studio: Studio): Promise<void> {
  try {
    const report = await makeReport(studio);
    if (report === null) {
      return;
    }
    const parsed = new DOMParser().parseFromString(report.html, "text/html");
    const host = document.createElement("div");
    host.className = "printed-report";
    host.attachShadow({ mode: "open" }).append(...parsed.querySelectorAll("style, main"));
    document.body.append(host);
    await Promise.all([...host.shadowRoot!.querySelectorAll("img")].map((image) => image.decode()));
    const { title } = document;
    // Browsers name the file after it.
    document.title = report.name;
    window.addEventListener(
      "afterprint",
      () => {
        document.title = title;
        host.remove();
      },
      { once: true },
    );
    window.print();
  } catch (error) {
    notifyError(studio, error);
  }
}
