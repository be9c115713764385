/** The area runs work in: bright, the rest dimmed. */
import { useId, useMemo } from "react";
import type { PixelRing } from "../../core/polygons/pixel-coverage";
import { type CameraPose, pixelToScreen, type ScreenRect } from "../../layers/camera";
import type { SceneRecord } from "../../store/scenes";
import { areaToRun } from "../../store/selectors";
import { messages } from "../messages";

interface Framed {
  readonly camera: CameraPose;
  readonly rect: ScreenRect;
}

export function AreaFrame({ camera, rect, record }: Framed & { readonly record: SceneRecord }) {
  const area = areaToRun(record);
  if (area === null) {
    return null;
  }
  const [left, top] = pixelToScreen(camera, rect, [area.col, area.row]);
  const scale = 2 ** camera.zoom;
  const box = { left, top, width: area.widthPx * scale, height: area.heightPx * scale };
  const { polygons } = area;
  return (
    <>
      {polygons !== undefined && <Polygons {...{ camera, rect, box, polygons }} />}
      <span className={polygons === undefined ? "area-frame area-outline" : "area-frame"} data-role="area" style={box}>
        <span className="area-size">{messages.area.size(area.widthPx, area.heightPx)}</span>
      </span>
    </>
  );
}

function Polygons(props: Framed & { box: Box; polygons: readonly (readonly PixelRing[])[] }) {
  const { camera, rect, box, polygons } = props;
  const [mask, clip] = [useId(), useId()];
  const path = useMemo(() => polygons.flat().map(ringPath).join(""), [polygons]);
  const [left, top] = pixelToScreen(camera, rect, [0, 0]);
  const transform = `translate(${left} ${top}) scale(${2 ** camera.zoom})`;
  return (
    <svg className="area-polygons" aria-hidden="true">
      <clipPath id={clip}>
        <rect x={box.left} y={box.top} width={box.width} height={box.height} />
      </clipPath>
      <mask id={mask} maskUnits="userSpaceOnUse" x="0" y="0" width="100%" height="100%">
        <rect width="100%" height="100%" fill="white" />
        <g clipPath={`url(#${clip})`}>
          <path d={path} transform={transform} fill="black" />
        </g>
      </mask>
      <rect className="area-dim" width="100%" height="100%" mask={`url(#${mask})`} />
      <path className="area-halo" d={path} transform={transform} />
      <path className="area-line" d={path} transform={transform} />
    </svg>
  );
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Outlines run clockwise and holes the other way, so that polygons over each other fill together. */
function ringPath(ring: PixelRing): string {
  return `M${ring.join(" ")}Z`;
}
