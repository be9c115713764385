/** Buttons over the map, for those who do not use the keys: closer, farther, fit, 1:1, go to, measure. */
import type { RefObject } from "react";
import { openCorrecting } from "../../actions/correcting/draw-edits";
import { openTeaching } from "../../actions/teaching/choose-tool";
import { moveAllCameras, openDialog, setMosaic } from "../../actions/view/arrange";
import { startMeasuring } from "../../actions/view/measure";
import { hasNeighbours } from "../../store/mosaic";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { MapTool } from "./MapTool";
import { nudge, showActualPixels } from "./move-camera";
import type { PaneDeck } from "./pane-deck";

const words = messages.mapTools;
const keys = messages.keyboard;

/** Powers of two of one click. */
const ZOOM_STEP = 1;

export function MapTools({ deckRef }: { deckRef: RefObject<PaneDeck | null> }) {
  const studio = useStudio();
  const drawn = useSelect(({ workspace: { measured } }) => (measured?.isDone === false ? measured.what : null));
  const open = useSelect(({ strokes }) => (strokes.isOpen ? strokes.purpose : null));
  const mosaic = useSelect(({ workspace }) => workspace.mosaic);
  const canMosaic = useSelect(hasNeighbours);
  const zoom = (closer: number) => nudge(studio, deckRef.current, 0, 0, closer);
  return (
    <div className="map-tools" role="toolbar" aria-label={words.toolbar} aria-orientation="vertical">
      <MapTool name={keys.zoomIn} onClick={() => zoom(ZOOM_STEP)}>
        <path d="M10 4v12M4 10h12" />
      </MapTool>
      <MapTool name={keys.zoomOut} onClick={() => zoom(-ZOOM_STEP)}>
        <path d="M4 10h12" />
      </MapTool>
      <MapTool name={keys.fit} onClick={() => moveAllCameras(studio, null)}>
        <path d="M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4" />
      </MapTool>
      <MapTool name={keys.actualPixels} onClick={() => showActualPixels(studio, deckRef.current)}>
        <text x="10" y="14" textAnchor="middle" className="map-tool-text">
          {words.actualPixels}
        </text>
      </MapTool>
      {(canMosaic || mosaic) && (
        <MapTool name={words.mosaic} pressed={mosaic} onClick={() => setMosaic(studio, !mosaic)}>
          <path d="M3 3h6v6H3ZM11 3h6v6h-6ZM3 11h6v6H3ZM11 11h6v6h-6Z" />
        </MapTool>
      )}
      <MapTool name={messages.goTo.command} onClick={() => openDialog(studio, "go-to")}>
        <circle cx="10" cy="10" r="4.5" />
        <path d="M10 2v4M10 14v4M2 10h4M14 10h4" />
      </MapTool>
      <MapTool
        name={messages.measure.length}
        pressed={drawn === "length"}
        onClick={() => startMeasuring(studio, "length")}
      >
        <path d="M3 13 13 3l4 4L7 17ZM6 10l2 2M9 7l2 2" />
      </MapTool>
      <MapTool name={messages.measure.area} pressed={drawn === "area"} onClick={() => startMeasuring(studio, "area")}>
        <path d="M4 7 11 3l6 6-4 8-8-2Z" />
      </MapTool>
      <MapTool
        name={messages.strokes.open}
        pressed={open === "teach"}
        onClick={() => openTeaching(studio, open !== "teach")}
      >
        <path d="M16.5 3.5 9 11M7.5 10.5l2.5 2.5c0 3-2.5 4-6.5 4 1.5-1 1.5-2 1.5-3.5a2.6 2.6 0 0 1 2.5-3Z" />
      </MapTool>
      <MapTool
        name={messages.correcting.open}
        pressed={open === "correct"}
        onClick={() => openCorrecting(studio, open !== "correct")}
      >
        <path d="M4 16l1-4 8-8 3 3-8 8ZM12 16h5" />
      </MapTool>
    </div>
  );
}
