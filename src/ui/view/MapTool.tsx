/** A button of the map's tools and of what is drawn on it. */
import type { ReactNode } from "react";

export function MapTool(props: { name: string; pressed?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      className="map-tool"
      aria-label={props.name}
      title={props.name}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <ToolIcon>{props.children}</ToolIcon>
    </button>
  );
}

export function ToolIcon({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      {children}
    </svg>
  );
}
