/** Page entry: checks the browser, starts store and workers, renders the studio. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadZoo } from "./actions/models/load-zoo";
import { startServiceWorker } from "./actions/models/offline";
import { watchProject } from "./actions/projects/adopt-project";
import { restorePreferences } from "./actions/projects/preferences";
import { startSession } from "./actions/projects/session";
import { watchEngine } from "./actions/runs/watch-engine";
import { createStudio } from "./actions/studio";
import { watchViewLink } from "./actions/view/view-link";
import { App } from "./ui/App";
import { language } from "./ui/language";
import { messages } from "./ui/messages";
import { StudioProvider } from "./ui/StudioContext";
import { startEngineWorker, startRasterWorker } from "./workers/clients";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/layout.css";
import "./ui/styles/panes.css";
import "./ui/styles/evaluation.css";

const place = document.getElementById("studio");
if (place === null) {
  throw new Error("index.html has no #studio");
}

/** What is missing, or null when the studio can run here. */
function missingFeature(): string | null {
  if (document.createElement("canvas").getContext("webgl2") === null) {
    return messages.app.noWebGl;
  }
  return typeof WebAssembly === "undefined" || typeof Worker === "undefined" ? messages.app.noWorkers : null;
}

document.documentElement.lang = language;
const missing = missingFeature();
const root = createRoot(place);
if (missing === null) {
  const studio = createStudio(startRasterWorker(), startEngineWorker(), messages.actions);
  restorePreferences(studio);
  watchEngine(studio);
  watchViewLink(studio);
  watchProject(studio);
  void startSession(studio);
  void startServiceWorker(studio);
  void loadZoo(studio, new URL(document.baseURI));
  root.render(
    <StrictMode>
      <StudioProvider studio={studio}>
        <App />
      </StudioProvider>
    </StrictMode>,
  );
} else {
  root.render(<main className="empty">{missing}</main>);
}
