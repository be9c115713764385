/** A truth that the storage failed to take is there with its reason, and is read when it is tried again. */
import { afterEach, expect, test } from "vitest";
import { mayPass, NadirError } from "../../core/errors";
import { sceneReady } from "../../testing/journey";
import { JOURNEY, openStudioInNode, type StudioInNode } from "../../testing/studio-in-node";
import { openSample } from "./open-files";
import { retryTruth } from "./read-truth";

let opened: StudioInNode;
afterEach(() => opened.dispose());

test("a truth that could not be stored is read again when asked to", JOURNEY, async () => {
  opened = await openStudioInNode();
  const { studio } = opened;
  const { call } = studio.rasters;
  studio.rasters.call = (name, ...rest) =>
    name === "decodeTruth"
      ? Promise.reject(new NadirError({ code: "storage", found: "It does not answer.", needed: "", next: "" }))
      : call(name, ...rest);
  await openSample(studio);
  const failed = await sceneReady(studio);
  if (failed.truth.status !== "failed") throw new Error(failed.truth.status);
  expect(failed.truth.error.found).toBe("It does not answer.");
  expect(mayPass(failed.truth.error)).toBe(true);

  studio.rasters.call = call;
  await retryTruth(studio, failed.scene.id);
  const { truth } = await sceneReady(studio);
  expect(truth.status).toBe("ready");
  await retryTruth(studio, failed.scene.id);
  expect((await sceneReady(studio)).truth).toBe(truth);
});
