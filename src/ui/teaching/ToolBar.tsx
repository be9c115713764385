/** Buttons of the tools that draw on the map, and what stands beside them whatever they are for. */
import type { ReactNode } from "react";
import { chooseBrushSize, chooseTool, putToolAway } from "../../actions/teaching/choose-tool";
import { redo, undo } from "../../actions/undo";
import { BRUSH_IMAGE_PX, type StrokeTool } from "../../store/strokes";
import { RangeSlider } from "../controls/Fields";
import { Menu } from "../controls/Menu";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { MapTool, ToolIcon } from "../view/MapTool";

const words = messages.strokes;

/** Null moves the map. */
const TOOLS: readonly { readonly tool: StrokeTool | null; readonly icon: ReactNode }[] = [
  { tool: null, icon: <path d="M10 2.5v15M2.5 10h15M8 4.5l2-2 2 2M8 15.5l2 2 2-2M4.5 8l-2 2 2 2M15.5 8l2 2-2 2" /> },
  {
    tool: "brush",
    icon: <path d="M16.5 3.5 9 11M7.5 10.5l2.5 2.5c0 3-2.5 4-6.5 4 1.5-1 1.5-2 1.5-3.5a2.6 2.6 0 0 1 2.5-3Z" />,
  },
  {
    tool: "lasso",
    icon: <path d="M5 13.5c-3-2-3-6 .5-8.5s9.5-2 11.5 1 0 6.5-4.5 7.5c-3 .7-6.5.2-7-1.5s2.5-2 2.5.5S7 16 5.5 17.5" />,
  },
  { tool: "polygon", icon: <path d="M4 7.5 10.5 3.5 16.5 9 13 16H6ZM4 7.5v0M10.5 3.5v0M16.5 9v0M13 16v0M6 16v0" /> },
  {
    tool: "flood",
    icon: (
      <path d="M8.5 3.5 15 10l-5.5 5.5a1.4 1.4 0 0 1-2 0L3.5 11.5a1.4 1.4 0 0 1 0-2ZM6 1.5l3 3M16.5 12.5c1.2 1.7 1.2 3 0 3s-1.2-1.3 0-3Z" />
    ),
  },
  { tool: "eraser", icon: <path d="M11.5 3.5 16.5 8.5 9 16H6L3 13ZM7 8l5 5M9 16h8" /> },
];

/** @param names Of the tools there are, by tool; others are left out. */
export function ToolButtons(props: { label: string; names: Readonly<Partial<Record<StrokeTool | "map", string>>> }) {
  const studio = useStudio();
  const tool = useSelect(({ strokes }) => strokes.tool);
  return (
    <div className="stroke-toolbar" role="toolbar" aria-label={props.label}>
      {TOOLS.map(({ tool: each, icon }) => {
        const name = props.names[each ?? "map"];
        return (
          name !== undefined && (
            <MapTool
              key={each ?? "map"}
              name={name}
              pressed={tool === each}
              onClick={() => (each === null ? putToolAway(studio) : chooseTool(studio, each))}
            >
              {icon}
            </MapTool>
          )
        );
      })}
    </div>
  );
}

/** Diameter of brush and eraser. */
export function BrushSize() {
  const studio = useStudio();
  const brushImagePx = useSelect(({ strokes }) => strokes.brushImagePx);
  return (
    <div className="stroke-size">
      <RangeSlider
        label={words.size}
        {...SLIDER}
        value={sliderPlace(brushImagePx)}
        onChange={(place) => chooseBrushSize(studio, 10 ** (place / 100))}
      />
      <output className="number quiet">{words.sizePx(brushImagePx)}</output>
    </div>
  );
}

/** Undo, redo, whatever else, and away with it. */
export function ToolEnds(props: { close: string; onClose: () => void; children: ReactNode }) {
  const studio = useStudio();
  return (
    <div className="row stroke-ends">
      <MapTool name={words.undo} onClick={() => undo(studio)}>
        <path d="M7 4 3.5 7.5 7 11M4 7.5h8a4.5 4.5 0 0 1 0 9H8" />
      </MapTool>
      <MapTool name={words.redo} onClick={() => redo(studio)}>
        <path d="M13 4l3.5 3.5L13 11M16 7.5H8a4.5 4.5 0 0 0 0 9h4" />
      </MapTool>
      {props.children}
      <MapTool name={props.close} onClick={props.onClose}>
        <path d="M5 5l10 10M15 5 5 15" />
      </MapTool>
    </div>
  );
}

/** Small sizes are told apart more finely: the slider goes by the logarithm. */
const SLIDER = { min: sliderPlace(BRUSH_IMAGE_PX.least), max: sliderPlace(BRUSH_IMAGE_PX.most), step: 1 };

function sliderPlace(sizeImagePx: number): number {
  return Math.round(100 * Math.log10(sizeImagePx));
}

/** Whoever has chosen a class goes on on the map, with keys too. */
export function focusMap(): void {
  document.querySelector<HTMLCanvasElement>("#panes")?.focus({ preventScroll: true });
}

/** What is done less often. */
export function MoreMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="map-tool" aria-label={label} title={label}>
          <ToolIcon>
            <path d="M4.5 10v0M10 10v0M15.5 10v0" strokeWidth="3" />
          </ToolIcon>
        </button>
      }
    >
      {children}
    </Menu>
  );
}
