/**
 * `nadir segment` as a program: the mask against plain Python, interruption and resumption, exit codes.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PYTHON, runPython, withoutPython } from "../testing/run-python";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const DSM = "public/sample/dsm_nadir_01_01.tif";
const TRUTH = "public/sample/top_nadir_1_1_label.tif";
const MODEL = "models/zoo/emsnet-nano.nadir.json";

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nadir-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["scripts/nadir.mjs", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs to the end, or sends `signal` once `after` windows are done. */
function nadir(args: readonly string[], kill?: { signal: NodeJS.Signals; after: number }): Promise<Ended> {
  const child = start(args);
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    const done = Number([...stderr.matchAll(/"windowsDone":(\d+)/g)].at(-1)?.[1] ?? 0);
    if (kill !== undefined && done >= kill.after) {
      child.kill(kill.signal);
    }
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
}

function segment(out: string, ...rest: string[]): string[] {
  return ["segment", "--optical", OPTICAL, "--dsm", DSM, "--model", MODEL, "--backend", "cpu", "--out", out, ...rest];
}

describe("nadir segment", { timeout: 240_000 }, () => {
  test.skipIf(withoutPython)("gives the mask of a plain Python loop, to the pixel, and GDAL reads it", async () => {
    const out = join(folder, "mask.tif");
    const report = join(folder, "report.json");
    const ended = await nadir(segment(out, "--truth", TRUTH, "--report", report));
    expect(ended.stderr).toContain("self-check passed");
    expect(ended.status).toBe(0);
    expect(ended.stdout.trim()).toBe(out);
    const raw = join(folder, "reference.u8");
    execFileSync(PYTHON, ["models/tests/reference_segment.py", OPTICAL, DSM, MODEL, raw]);
    const facts = runPython(COMPARE, { out, raw, optical: OPTICAL }) as Record<string, unknown>;
    expect(facts).toEqual({
      different: 0,
      classes: expect.any(Number),
      nodata: 255,
      palette: [0, 0, 255],
      sameGrid: true,
    });
    expect(facts.classes).toBeGreaterThan(2);

    const told = JSON.parse(readFileSync(report, "utf8")) as {
      settings: { stridePx: number };
      scores: { withBoundary: { scoredClasses: { overallAccuracy: number; kappa: number; meanIou: number } } };
    };
    const expected = runPython(SCORE, { out, truth: TRUTH }) as { accuracy: number; kappa: number; miou: number };
    const scores = told.scores.withBoundary.scoredClasses;
    expect(scores.overallAccuracy).toBeCloseTo(expected.accuracy, 9);
    expect(scores.kappa).toBeCloseTo(expected.kappa, 9);
    expect(scores.meanIou).toBeCloseTo(expected.miou, 9);
    expect(existsSync(`${out}.nadir-run`)).toBe(false);
  });

  test("interrupted, killed and resumed: the identical file", async () => {
    const whole = join(folder, "whole.tif");
    const resumed = join(folder, "resumed.tif");
    expect((await nadir(segment(whole))).status).toBe(0);
    const interrupted = await nadir(segment(resumed), { signal: "SIGINT", after: 60 });
    expect(interrupted.status).toBe(130);
    const killed = await nadir(segment(resumed, "--resume"), { signal: "SIGKILL", after: 200 });
    expect(killed.status).toBeNull();
    expect(existsSync(resumed)).toBe(false);
    const last = await nadir(segment(resumed, "--resume"));
    expect(last.status).toBe(0);
    expect(Number(last.stderr.match(/"windowsDone":(\d+)/)![1])).toBeGreaterThan(100);
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true);
  });

  test("another run's journal is refused, not mixed", async () => {
    const out = join(folder, "other.tif");
    expect((await nadir(segment(out), { signal: "SIGINT", after: 60 })).status).toBe(130);
    const ended = await nadir(segment(out, "--resume", "--stride", "64"));
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain("other inputs, another model or other settings");
  });

  test("faults end in the documented status with a sentence", async () => {
    const broken = join(folder, "broken.nadir.json");
    writeFileSync(broken, "{}");
    const tampered = join(folder, "emsnet-nano.nadir.json");
    for (const suffix of ["nadir.json", "onnx", "golden.json", "golden.bin"]) {
      copyFileSync(MODEL.replace("nadir.json", suffix), join(folder, `emsnet-nano.${suffix}`));
    }
    writeFileSync(join(folder, "emsnet-nano.onnx"), "not a graph");
    // The golden pair is fine, and the CPU's rounding already too much.
    const strict = join(folder, "strict.nadir.json");
    copyFileSync(MODEL.replace("nadir.json", "onnx"), join(folder, "strict.onnx"));
    const manifest = JSON.parse(readFileSync(MODEL, "utf8"));
    manifest.graph.file = "strict.onnx";
    manifest.golden.tolerance = 1e-12;
    writeFileSync(strict, JSON.stringify(manifest));
    const out = join(folder, "never.tif");
    const cases: [readonly string[], number, string][] = [
      [["segment"], 2, "--optical is missing"],
      [["segment", "--colour"], 2, "--colour"],
      [["paint"], 2, 'There is no command "paint"'],
      [segment(out, "--stride", "65"), 2, "would leave gaps"],
      [segment(out, "--window", "128"), 2, "only defined at 64 px"],
      [["segment", "--optical", "none.tif", "--model", MODEL, "--out", out], 3, "There is no such file"],
      [["segment", "--optical", MODEL, "--model", MODEL, "--out", out], 3, MODEL.split("/").at(-1)!],
      [["segment", "--optical", OPTICAL, "--model", MODEL, "--out", out], 3, "DSM"],
      [["segment", "--optical", OPTICAL, "--dsm", DSM, "--model", broken, "--out", out], 4, "faults"],
      [["segment", "--optical", OPTICAL, "--dsm", DSM, "--model", tampered, "--out", out], 4, "SHA-256"],
      [["segment", "--optical", OPTICAL, "--dsm", DSM, "--model", strict, "--out", out], 4, "logits that are off by"],
    ];
    const ended = await Promise.all(cases.map(([args]) => nadir(args)));
    for (const [index, [args, status, sentence]] of cases.entries()) {
      expect(`${ended[index]!.status} ${ended[index]!.stderr}`, args.join(" ")).toContain(sentence);
      expect(ended[index]!.status, args.join(" ")).toBe(status);
    }
    expect(existsSync(out)).toBe(false);
  });
});

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
