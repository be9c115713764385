/** The address says what is on the screen: followed in another tab, followed back in this one, refused when broken. */
import { describe, expect, test, vi } from "vitest";
import { cropFiles, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, type StudioInNode } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openFiles } from "../scenes/open-files";
import { moveAllCameras, setPaneContent, setPaneCount } from "./arrange";

describe.skipIf(withoutPython)("a link to a view", JOURNEY, () => {
  const studios = studiosOfTests();
  const kinds = ({ studio }: StudioInNode) => {
    const { count, contents } = studio.store.getState().panes;
    return contents.slice(0, count).map(({ kind }) => kind);
  };
  const cameras = ({ studio }: StudioInNode) => studio.store.getState().panes.cameras.slice(0, 2);
  /** The page's address has been written anew by the time the event arrives. */
  const goTo = (hash: string) => {
    const newURL = new URL(hash, location.href).href;
    window.dispatchEvent(Object.assign(new Event("hashchange"), { newURL }));
  };

  test("shows the same panes at the same place, in another tab and back in this one; a broken one changes nothing", async () => {
    const files = await cropFiles(studios.folder, 128);
    const first = await studios.open({ files });
    const { studio } = first;
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    setPaneCount(studio, 2);
    setPaneContent(studio, 0, { kind: "hillshade" });
    setPaneContent(studio, 1, { kind: "confidence", runId: run!.id });
    const camera = { centrePx: [41.5, 60.25] as const, zoom: 1.375 };
    moveAllCameras(studio, camera);
    await vi.waitFor(() => expect(location.hash).toContain("at=41.5,60.25,1.375"), JOURNEY);
    const link = location.hash;

    setPaneCount(studio, 1);
    setPaneContent(studio, 0, { kind: "truth" });
    moveAllCameras(studio, null);
    goTo(link);
    expect(kinds(first)).toEqual(["hillshade", "confidence"]);
    expect(cameras(first)).toEqual([camera, camera]);

    goTo("#scene=crop&panes=3");
    expect(studio.store.getState().workspace.notices.at(-1)!.text).toContain("The link to a view says panes=3.");
    expect(kinds(first)).toEqual(["hillshade", "confidence"]);
    first.dispose();

    // Another tab has the files and not the run; what it can show is shown as soon as they are open.
    const { browser } = first;
    browser.enter();
    location.hash = link;
    const other = await studios.open({ browser });
    expect(kinds(other)).toEqual(["optical"]);
    await openFiles(other.studio, files);
    await sceneReady(other.studio);
    expect(kinds(other)[0]).toBe("hillshade");
    expect(other.studio.store.getState().panes.count).toBe(2);
    expect(cameras(other)).toEqual([camera, camera]);
  });
});
