import { describe, expect, test } from "vitest";
import { type Column, hasRoom, initialWorkspace, isColumnShown, type WorkspaceState, withColumn } from "./workspace";

const toggled = (state: WorkspaceState, column: Column, widthPx: number) => {
  const beside = hasRoom(column, widthPx);
  return withColumn(state, column, beside, !isColumnShown(state, column, beside));
};
const shown = (state: WorkspaceState, widthPx: number) =>
  (["left", "right"] as const).filter((column) => isColumnShown(state, column, hasRoom(column, widthPx)));

describe("columns beside the map", () => {
  test("all stand in a wide window, on a portrait tablet the left one, on a telephone none", () => {
    expect([1440, 768, 400].map((widthPx) => shown(initialWorkspace, widthPx))).toEqual([
      ["left", "right"],
      ["left"],
      [],
    ]);
  });

  test("fold one by one and come back", () => {
    const without = toggled(initialWorkspace, "left", 1440);
    expect(shown(without, 1440)).toEqual(["right"]);
    expect(shown(toggled(without, "right", 1440), 1440)).toEqual([]);
    expect(shown(toggled(without, "left", 1440), 1440)).toEqual(["left", "right"]);
  });

  test("over the map there is one at a time, and a wider window has its own again", () => {
    const left = toggled(initialWorkspace, "left", 400);
    expect(shown(left, 400)).toEqual(["left"]);
    const right = toggled(left, "right", 400);
    expect(shown(right, 400)).toEqual(["right"]);
    expect(shown(toggled(right, "right", 400), 400)).toEqual([]);
    expect(shown(right, 1440)).toEqual(["left", "right"]);
  });
});
