/** WebKitGTK, which has neither WebGPU nor private storage nor shared memory: the sample job on WebAssembly, from memory. */
import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { screenPath } from "../judge";
import { launchWebKit } from "./launch";
import { expectSampleJob } from "./sample-job";
import { StudioElsewhere } from "./studio-elsewhere";

test("the sample job on WebAssembly", async ({ baseURL }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  const webkit = await launchWebKit();
  try {
    const studio = new StudioElsewhere(webkit);
    await studio.open(baseURL!);
    await expectSampleJob(studio, info.outputDir);
    await studio.picture(screenPath("webkit.png"));
    // What differs is said where it matters: results go when the page goes.
    expect(await studio.text("not-kept")).not.toBe("");
  } finally {
    await webkit.end();
  }
});
