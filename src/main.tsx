/** Page entry: checks the browser, starts store and workers, renders the studio. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { reopenRasters } from "./actions/scenes/reopen-rasters";
import { startStudio } from "./actions/start-studio";
import { createStudio } from "./actions/studio";
import { App } from "./ui/App";
import { language } from "./ui/language";
import { messages } from "./ui/messages";
import { StudioProvider } from "./ui/StudioContext";
import { startWorkers } from "./workers/clients";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/layout.css";
import "./ui/styles/panes.css";
import "./ui/styles/teaching.css";
import "./ui/styles/parcels.css";
import "./ui/styles/sampling.css";
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
  const { rasters, engine } = startWorkers();
  const studio = createStudio(rasters, engine, messages.actions);
  rasters.revive = (fresh) => reopenRasters(studio, fresh);
  void startStudio(studio, new URL(document.baseURI));
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
