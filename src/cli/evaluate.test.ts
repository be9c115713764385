/** `nadir evaluate`: predictions and truth of every make, judged by scikit-learn; what cannot be compared is refused. */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ISPRS_SCHEME } from "../core/labels/class-scheme";
import { nadir } from "../testing/command-line";
import { writeDoorScenes } from "../testing/door-scenes";
import { runPython, withoutPython } from "../testing/run-python";
import { tinyManifest } from "../testing/tiny-models";

interface Report {
  readonly classes: readonly { readonly name: string }[];
  readonly withBoundary: {
    readonly confusion: readonly (readonly number[])[];
    readonly ignoredTruthPixels: number;
    readonly missingPredictionPixels: number;
    readonly allClasses: { readonly overallAccuracy: number; readonly kappa: number; readonly meanIou: number };
  };
  readonly pairs: readonly { readonly truth: { readonly scheme: string; readonly notes: readonly string[] } }[];
}

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "nadir-evaluate-"));
  if (!withoutPython) writeDoorScenes(root);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const label = (scene: string) => join(root, scene, "tile_1_1_label.tif");
const pair = (prediction: string, truth: string) => ["--prediction", label(prediction), "--truth", label(truth)];

async function evaluated(...args: readonly string[]): Promise<Report> {
  const { status, stdout, stderr } = await nadir(["evaluate", ...args, "--json"]);
  expect(stderr).not.toContain("error:");
  expect(status).toBe(0);
  return JSON.parse(stdout) as Report;
}

async function refusal(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await nadir(["evaluate", ...args]);
  expect([status, stdout]).toEqual([3, ""]);
  return stderr.match(/^error: (.*)$/m)![1]!;
}

describe.skipIf(withoutPython)("nadir evaluate", () => {
  test("a prediction in colours against truth of every make is what scikit-learn says", async () => {
    const truths = ["rgb", "palette", "palette-256", "other-order", "half-covered"];
    const expected = runPython(SCORE, {
      truths: truths.map((truth) => join(root, truth, "expected.u8")),
      prediction: join(root, "noisy", "expected.u8"),
    }) as { confusion: number[][]; accuracy: number; kappa: number; miou: number; ignored: number }[];
    for (const [at, truth] of truths.entries()) {
      const { classes, withBoundary } = await evaluated(...pair("noisy", truth));
      const { confusion, accuracy, kappa, miou, ignored } = expected[at]!;
      expect(classes.map(({ name }) => name)).toEqual(ISPRS_SCHEME.classes.map(({ name }) => name));
      expect(withBoundary.confusion).toEqual(confusion);
      expect(withBoundary.ignoredTruthPixels).toBe(ignored);
      expect(withBoundary.allClasses.overallAccuracy).toBeCloseTo(accuracy, 9);
      expect(withBoundary.allClasses.kappa).toBeCloseTo(kappa, 9);
      expect(withBoundary.allClasses.meanIou).toBeCloseTo(miou, 9);
    }
  });

  test("bare ids of a prediction are those of the model, whatever its palette; of a truth those of a scheme", async () => {
    const model = join(root, "model.nadir.json");
    const classes = ISPRS_SCHEME.classes.map((entry) => ({ ...entry, colour: [9, 9, entry.id] }));
    const { output, graph, ...rest } = tinyManifest("identity");
    const [batch, , high, wide] = output.shape;
    const manifest = {
      ...rest,
      classes,
      output: { ...output, shape: [batch, 6, high, wide] },
      graph: { ...graph, bytes: 1, sha256: "0".repeat(64) },
    };
    writeFileSync(model, JSON.stringify(manifest));
    for (const prediction of ["bare-ids", "other-colours"]) {
      const { withBoundary } = await evaluated(...pair(prediction, "bare-ids"), "--model", model, "--scheme", "isprs");
      expect(withBoundary.allClasses.overallAccuracy).toBe(1);
      expect(withBoundary.missingPredictionPixels).toBe(0);
    }
  });

  test("pairs are pooled pixel by pixel", async () => {
    const [one, other] = [await evaluated(...pair("noisy", "rgb")), await evaluated(...pair("half-size", "rgb"))];
    const both = await evaluated(...pair("noisy", "rgb"), ...pair("half-size", "rgb"));
    expect(both.withBoundary.confusion).toEqual(
      one.withBoundary.confusion.map((row, at) =>
        row.map((count, to) => count + other.withBoundary.confusion[at]![to]!),
      ),
    );
    expect(both.pairs).toEqual([...one.pairs, ...other.pairs]);
  });

  test.each([
    ["bare ids against themselves", ["bare-ids", "bare-ids"], "The truth holds class ids without colours or names"],
    ["a prediction of bare ids", ["bare-ids", "rgb"], "The prediction holds class ids without colours or names"],
    ["a truth of other colours", ["rgb", "other-colours"], "% of its pixels have colours or ids of no known class"],
    ["a photo for a prediction", ["photo", "rgb"], "% of its pixels have colours or ids of no known class"],
    ["a truth of another place", ["rgb", "other-place"], "The truth and the image do not overlap, 2985 m apart"],
    ["a truth of another shape", ["rgb", "other-size"], "the sizes differ"],
    ["two bands", ["rgb", "two-bands"], "The truth has 2 bands"],
  ] as const)("%s: refused", async (_, [prediction, truth], sentence) => {
    expect(await refusal(...pair(prediction, truth))).toContain(sentence);
  });

  // Where the system lists what a process has open.
  test.skipIf(!existsSync("/proc/self/fd"))("a refusal leaves no file open", async () => {
    const filesOpen = () =>
      readdirSync("/proc/self/fd").flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.endsWith(".u8"));
        } catch {
          return [];
        }
      });
    for (const [prediction, truth] of [
      ["bare-ids", "rgb"],
      ["rgb", "other-place"],
      ["photo", "rgb"],
    ] as const) {
      await refusal(...pair(prediction, truth));
      expect(filesOpen(), `${prediction} against ${truth}`).toEqual([]);
    }
  });

  test("pairs of different classes are not pooled", async () => {
    const { status, stderr } = await nadir(["evaluate", ...pair("rgb", "rgb"), ...pair("mmhunan", "mmhunan")]);
    expect(status).toBe(2);
    expect(stderr).toContain("It is scored in cropland");
  });

  test("as a table in each format", async () => {
    for (const [format, text] of [
      ["markdown", "| kappa | 100.0 |"],
      ["csv", "kappa,100.0,"],
      ["latex", "kappa & 100.0"],
    ]) {
      const { stdout } = await nadir(["evaluate", ...pair("rgb", "palette"), "--table", format!]);
      expect(stdout).toContain(text);
    }
  });
});

const SCORE = `
import json, sys
import numpy as np
from sklearn import metrics
job = json.load(sys.stdin)
prediction = np.fromfile(job["prediction"], np.uint8)
def score(path):
    truth = np.fromfile(path, np.uint8)
    kept = truth != 255
    t, p = truth[kept], prediction[kept]
    return dict(ignored=int((~kept).sum()), confusion=metrics.confusion_matrix(t, p, labels=range(6)).tolist(),
        accuracy=metrics.accuracy_score(t, p), kappa=metrics.cohen_kappa_score(t, p),
        miou=metrics.jaccard_score(t, p, labels=np.union1d(t, p), average="macro"))
print(json.dumps([score(path) for path in job["truths"]]))
`;
