/** A run that is dragged by its card onto a pane, which then shows its mask. */
import type { DragEvent } from "react";

const RUN_TYPE = "application/x-nadir-run";

export function beginRunDrag(event: DragEvent, runId: string): void {
  event.dataTransfer.setData(RUN_TYPE, runId);
  event.dataTransfer.effectAllowed = "copy";
}

/** Lets a run be dropped here, and nothing else. */
export function allowRunDrop(event: DragEvent): void {
  if (event.dataTransfer.types.includes(RUN_TYPE)) {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  }
}

/** Null where something else was dropped, which is for others to take. */
export function droppedRun(event: DragEvent): string | null {
  const runId = event.dataTransfer.getData(RUN_TYPE);
  if (runId === "") {
    return null;
  }
  event.preventDefault();
  event.stopPropagation();
  return runId;
}
