/**
 * `nadir segment`: the mask against plain Python, exit codes, what a refused run leaves; as a process of its own where
 * signals and bundling are the matter.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cropSample } from "../../e2e/judge";
import { copyAsInThePapers } from "../testing/as-in-the-papers";
import { type Ended, nadir } from "../testing/command-line";
import { PYTHON, runPython, withoutPython } from "../testing/run-python";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const DSM = "public/sample/dsm_nadir_01_01.tif";
const TRUTH = "public/sample/top_nadir_1_1_label.tif";
const SHIPPED = "models/zoo/emsnet-nano.nadir.json";

let folder: string;
/** The shipped network as the papers have it: what the plain loop computes too, at the image's own pixels. */
let model: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nadir-cli-"));
  model = copyAsInThePapers("emsnet-nano", join(folder, "papers"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process of its own, run to the end, or sent `signal` once `after` windows are done. */
function nadirProcess(args: readonly string[], kill?: { signal: NodeJS.Signals; after: number }): Promise<ProcessEnd> {
  const child = spawn(process.execPath, ["scripts/nadir.mjs", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    // Once: a second signal ends it at once, whatever it still has to say.
    if (kill !== undefined && !child.killed && windowsDone(stderr) >= kill.after) {
      child.kill(kill.signal);
    }
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
}

interface ProcessEnd extends Omit<Ended, "status"> {
  /** Null when it was killed. */
  readonly status: number | null;
}

/** In this process, cancelled as soon as it has said that so many windows are done; 0 for its first word of progress. */
function nadirCancelled(args: readonly string[], after: number): Promise<Ended> {
  const cancel = new AbortController();
  const onStderr = (text: string) => text.includes('"stage":"running"') && windowsDone(text) >= after && cancel.abort();
  return nadir(args, { signal: cancel.signal, onStderr });
}

function windowsDone(text: string): number {
  return Number([...text.matchAll(/"windowsDone":(\d+)/g)].at(-1)?.[1] ?? 0);
}

function segment(out: string, ...rest: string[]): string[] {
  return ["segment", "--optical", OPTICAL, "--dsm", DSM, "--model", model, "--backend", "cpu", "--out", out, ...rest];
}

describe("nadir segment", { timeout: 240_000 }, () => {
  test.skipIf(withoutPython)("gives the mask of a plain Python loop, to the pixel, and GDAL reads it", async () => {
    const out = join(folder, "mask.tif");
    const report = join(folder, "report.json");
    const [optical = "", dsm = "", truth = ""] = cropSample(join(folder, "crop"), 448);
    const args = ["segment", "--optical", optical, "--dsm", dsm, "--model", model, "--backend", "cpu", "--out", out];
    const ended = await nadir([...args, "--truth", truth, "--report", report]);
    expect(ended.stderr).toContain("self-check passed");
    expect(ended.status).toBe(0);
    expect(ended.stdout.trim()).toBe(out);
    const raw = join(folder, "reference.u8");
    execFileSync(PYTHON, ["models/tests/reference_segment.py", optical, dsm, model, raw]);
    const facts = runPython(COMPARE, { out, raw, optical }) as Record<string, unknown>;
    expect(facts).toEqual({
      different: 0,
      classes: expect.any(Number),
      nodata: 255,
      palette: [0, 0, 255],
      sameGrid: true,
    });
    expect(facts.classes).toBeGreaterThan(2);

    const told = JSON.parse(readFileSync(report, "utf8")) as {
      runs: [
        { evaluation: { withBoundary: { scoredClasses: Record<"overallAccuracy" | "kappa" | "meanIou", number> } } },
      ];
    };
    const expected = runPython(SCORE, { out, truth }) as { accuracy: number; kappa: number; miou: number };
    const scores = told.runs[0].evaluation.withBoundary.scoredClasses;
    expect(scores.overallAccuracy).toBeCloseTo(expected.accuracy, 9);
    expect(scores.kappa).toBeCloseTo(expected.kappa, 9);
    expect(scores.meanIou).toBeCloseTo(expected.miou, 9);
    expect(existsSync(`${out}.nadir-run`)).toBe(false);
  });

  test("a process interrupted, killed and resumed: the identical file", async () => {
    const whole = join(folder, "whole.tif");
    const resumed = join(folder, "resumed.tif");
    const ended = await nadirProcess(segment(whole));
    expect([ended.status, ended.stdout.trim()]).toEqual([0, whole]);
    const interrupted = await nadirProcess(segment(resumed), { signal: "SIGINT", after: 60 });
    expect(interrupted.status).toBe(130);
    const killed = await nadirProcess(segment(resumed, "--resume"), { signal: "SIGKILL", after: 200 });
    expect(killed.status).toBeNull();
    expect(existsSync(resumed)).toBe(false);
    const last = await nadirProcess(segment(resumed, "--resume"));
    expect(last.status).toBe(0);
    expect(Number(last.stderr.match(/"windowsDone":(\d+)/)![1])).toBeGreaterThan(100);
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true);
  });

  test("another run's journal is refused, not mixed, and stays for the run it belongs to", async () => {
    const out = join(folder, "other.tif");
    expect((await nadirCancelled(segment(out), 60)).status).toBe(130);
    const ended = await nadir(segment(out, "--resume", "--stride", "64"));
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain("other inputs, another model or other settings");
    expect(existsSync(`${out}.nadir-run/journal.json`)).toBe(true);
  });

  test("cancelled before anything was finished, nothing stays", async () => {
    const out = join(folder, "early.tif");
    expect((await nadirCancelled(segment(out), 0)).status).toBe(130);
    expect(existsSync(`${out}.nadir-run`)).toBe(false);
  });

  test("faults end in the documented status with a sentence, and leave nothing", async () => {
    const broken = join(folder, "broken.nadir.json");
    writeFileSync(broken, "{}");
    const tampered = copyModel("tampered", (files) => {
      files.onnx = Buffer.from("not a graph");
    });
    // The golden pair's logits are off by what no processor's rounding explains.
    const spoilt = copyModel("spoilt", (files) => {
      const output = JSON.parse(files["golden.json"].toString()).output.offset as number;
      files["golden.bin"].writeFloatLE(files["golden.bin"].readFloatLE(output) + 5, output);
    });
    const out = join(folder, "never.tif");
    const given = ["--optical", OPTICAL, "--out", out];
    const cases: [readonly string[], number, string][] = [
      [[], 2, "Usage: nadir COMMAND"],
      [["segment"], 2, "--optical is missing"],
      [["segment", "--colour"], 2, "--colour"],
      [["paint"], 2, 'There is no command "paint"'],
      [["toString"], 2, 'There is no command "toString"'],
      [segment(out, "--stride", "65"), 2, "would leave gaps"],
      [segment(out, "--window", "128"), 2, "only defined at 64 px"],
      [segment(out, "--scale", "0"), 2, "a number from 0.1 to 100"],
      [segment(out, "--scale", "fine"), 2, "a number from 0.1 to 100"],
      [segment(out, "--scheme", "isprs"), 2, "--scheme needs --truth"],
      [segment(out, "--truth", TRUTH, "--scheme", "none"), 2, "isprs, mmhunan"],
      [segment(join(folder, "nowhere", "a.tif")), 6, "Its folder does not exist"],
      [segment(out, "--report", folder), 6, "This is a folder"],
      [["segment", "--optical", "none.tif", "--model", model, "--out", out], 3, "There is no such file"],
      [["segment", "--optical", model, "--model", model, "--out", out], 3, model.split("/").at(-1)!],
      [["segment", ...given, "--model", model], 3, "DSM"],
      [["segment", ...given, "--dsm", DSM, "--model", broken], 4, "faults"],
      [["segment", ...given, "--dsm", DSM, "--model", tampered], 4, "SHA-256"],
      [["segment", ...given, "--dsm", DSM, "--backend", "cpu", "--model", spoilt], 4, "logits that are off by"],
    ];
    for (const [args, status, sentence] of cases) {
      const ended = await nadir(args);
      expect(`${ended.status} ${ended.stderr}${ended.stdout}`, args.join(" ")).toContain(sentence);
      expect(ended.status, args.join(" ")).toBe(status);
    }
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.nadir-run`)).toBe(false);
  });
});

const MODEL_FILES = ["nadir.json", "onnx", "golden.json", "golden.bin"] as const;

/** The model under its own names in a folder of its own, with some of its bytes changed; path of its manifest. */
function copyModel(name: string, change: (files: Record<(typeof MODEL_FILES)[number], Buffer>) => void): string {
  const files = Object.fromEntries(
    MODEL_FILES.map((suffix) => [suffix, readFileSync(SHIPPED.replace("nadir.json", suffix))]),
  ) as Parameters<typeof change>[0];
  change(files);
  mkdirSync(join(folder, name));
  for (const suffix of MODEL_FILES) {
    writeFileSync(join(folder, name, `emsnet-nano.${suffix}`), files[suffix]);
  }
  return join(folder, name, "emsnet-nano.nadir.json");
}

const COMPARE = `
import json, sys
import numpy as np
import rasterio
paths = json.load(sys.stdin)
with rasterio.open(paths["out"]) as mask, rasterio.open(paths["optical"]) as optical:
    pixels = mask.read(1)
    reference = np.fromfile(paths["raw"], np.uint8).reshape(pixels.shape)
    print(json.dumps(dict(
        different=int((pixels != reference).sum()), classes=len(np.unique(pixels)), nodata=mask.nodata,
        palette=list(mask.colormap(1)[2][:3]),
        sameGrid=mask.transform == optical.transform and mask.crs == optical.crs and mask.shape == optical.shape)))
`;

const SCORE = `
import json, sys
import numpy as np
import rasterio
from sklearn import metrics
paths = json.load(sys.stdin)
with rasterio.open(paths["out"]) as mask, rasterio.open(paths["truth"]) as truth:
    colours = truth.read().transpose(1, 2, 0)
    palette = mask.colormap(1)
    ids = np.full(colours.shape[:2], 255)
    for k in range(6):
        ids[(colours == palette[k][:3]).all(-1)] = k
    t, p = ids.ravel(), mask.read(1).ravel()
    kept = t != 255
    t, p = t[kept], p[kept]
    clutter = [k for k in range(6) if palette[k][:3] == (255, 0, 0)]
    iou = metrics.jaccard_score(t, p, labels=[k for k in range(6) if k not in clutter], average=None)
    print(json.dumps(dict(
        accuracy=metrics.accuracy_score(t, p), kappa=metrics.cohen_kappa_score(t, p), miou=float(iou.mean()))))
`;
