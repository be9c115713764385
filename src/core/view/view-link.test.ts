import { describe, expect, test } from "vitest";
import { formatViewLink, linkedRunNames, parseViewLink, type ViewLink } from "./view-link";

const view: ViewLink = {
  scene: "Área 1 & 2 #3",
  count: 2,
  mode: "swipe",
  swipe: { direction: "horizontal", fraction: 0.25 },
  contents: [["optical"], ["errors", "EMSNet, flat DSM", "2"]],
  cameras: [{ centrePx: [512.125, -3], zoom: 0.5 }],
  linked: true,
};

describe("links to a view", () => {
  test("what is written is what is read, whatever the names", () => {
    expect(parseViewLink(`#${formatViewLink(view)}`)).toEqual(view);
    const unlinked: ViewLink = { ...view, linked: false, cameras: [null, { centrePx: [1, 2], zoom: -8 }] };
    expect(parseViewLink(formatViewLink(unlinked))).toEqual(unlinked);
  });

  test("the browser's own URL takes it as a fragment unchanged", () => {
    const fragment = formatViewLink(view);
    expect(new URL(`https://example.org/studio/#${fragment}`).hash).toBe(`#${fragment}`);
  });

  test("other fragments are none of ours; a bare scene is enough", () => {
    expect(parseViewLink("")).toBeNull();
    expect(parseViewLink("#scores")).toBeNull();
    expect(parseViewLink("#scene=a")).toMatchObject({ scene: "a", count: 1, mode: "side-by-side", contents: [] });
  });

  test.each([
    ["panes=3", "panes=3. There it needs 1, 2, 4 or 6."],
    ["mode=wipe", "mode=wipe"],
    ["mode=swipe&swipe=up*0.5", "swipe=up"],
    ["mode=swipe&swipe=vertical*7", "swipe=7. There it needs a number from 0 to 1."],
    ["at=1,2", "a number from -8 to 6"],
    ["at=1,2,40", "at=40"],
    ["at=NaN,2,0", "at=NaN"],
    ["at=1,2,0,9", "column,row,zoom"],
    ["show=a&show=b&show=c&show=d&show=e&show=f&show=g", "at most six"],
  ])("%s is refused, and said", (field, sentence) => {
    expect(() => parseViewLink(`#scene=a&${field}`)).toThrow(sentence);
  });

  test("runs of the same name are told apart by their order", () => {
    const runs = ["EMSNet", "MFNet", "EMSNet"].map((name, index) => ({ id: `run-${index}`, name }));
    expect([...linkedRunNames(runs).values()]).toEqual(["EMSNet", "MFNet", "EMSNet (2)"]);
  });
});
