import { describe, expect, test } from "vitest";
import type { RunResult } from "../run/run-result";
import { parseProject } from "./parse-project";
import { formatProject, type Project } from "./project";

const SHA = "ab".repeat(32);
const settings = {
  modelId: "emsnet",
  backend: "auto",
  stridePx: 192,
  blend: "trapezoid",
  testTimeAugmentation: "none",
  batch: "auto",
  areaOfInterest: null,
  heights: "as-is",
  confidence: true,
} as const;

const result: RunResult = {
  modelId: "emsnet",
  modelVersion: "1",
  graphSha256: SHA,
  settings,
  backend: { kind: "wasm", adapter: "CPU", reason: "asked for", precision: "fp32" },
  widthPx: 3,
  heightPx: 3,
  area: { col: 0, row: 0, widthPx: 3, heightPx: 3 },
  windowsRun: 1,
  windowsSkipped: 0,
  augmentations: 1,
  batch: 1,
  classPixels: [4, 5],
  nodataPixels: 0,
  timings: { statisticsMs: 1, runMs: 2, readMs: 0.5, modelMs: 1 },
  recoveries: 0,
  gpuPeakBytes: 123_456_789,
  inputs: [{ fileName: "a.tif", fileBytes: 10 }],
  heightRange: { min: -1.5, max: 20 },
  warnings: ["a warning"],
};

const run = {
  id: "run-1a2b3c4d-1",
  sceneId: "s",
  modelId: "emsnet",
  modelName: "EMSNet",
  graphSha256: SHA,
  classes: [{ id: 0, name: "building", colour: [0, 0, 255] as const, scored: true }],
  windowPx: 256,
  settings,
};

const project: Project = {
  format: "nadir-project/3",
  scenes: [
    {
      id: "s",
      name: "top 1",
      optical: { name: "a.tif", bytes: 10, sha256Sampled: SHA },
      auxiliary: { name: "b.tif", bytes: 20, sha256Sampled: SHA },
      truth: null,
      otherTruth: { name: "c_noBoundary.tif", bytes: 30, sha256Sampled: SHA, address: "https://maps.test/c.tif" },
      area: { col: 1, row: 0, widthPx: 2, heightPx: 3 },
      auxiliaryChoice: "leave-out",
      strokes: [
        { className: "solar panel", shape: { kind: "line", points: [[0.5, -1.25]], widthMetres: 0.6 } },
        {
          className: "building",
          colour: [1, 2, 3],
          scene: "a.tif",
          shape: {
            kind: "area",
            rings: [
              [
                [0, 0],
                [1, 0],
                [1, 1],
                [0, 0],
              ],
            ],
          },
        },
      ],
      sideFiles: [{ name: "a.tfw", bytes: 60 }],
    },
  ],
  settings: {
    modelIds: ["emsnet"],
    backend: "wasm",
    overlapFraction: 0.25,
    blend: "gaussian",
    testTimeAugmentation: "d4",
    confidence: true,
    papers: false,
  },
  evaluation: {
    boundary: "without",
    boundaryPx: 3,
    truthFile: "eroded",
    classMapping: { building: "house", car: null },
  },
  corrections: {
    "a.tif|4×uint8|": { use: "optical", roles: { 0: "nir", 3: "red" }, nodata: { 0: Number.NaN, 1: -1 / 0, 2: null } },
    "c_noboundary.tif|1×uint8|": {
      scheme: {
        id: "own",
        name: "own table",
        classes: [{ id: 7, name: "roof", colour: [1, 2, 3], scored: true }],
        aliases: [
          { id: 7, value: 9 },
          { id: 7, colour: [4, 5, 6] },
        ],
        ignoreColours: [[0, 0, 0]],
        ignoreIds: [-1],
      },
    },
  },
  legend: { opacity: 0.5, hidden: ["car"], palette: "soft" },
  newClasses: [{ name: "solar panel", colour: [230, 159, 0] }],
  runs: [
    { ...run, inputs: "a.tif: red; b.tif: height", outcome: { status: "done", result, seconds: 4.2 } },
    {
      ...run,
      id: "run-1a2b3c4d-2",
      outcome: {
        status: "interrupted",
        checkpoint: {
          strip: 0,
          stripCount: 1,
          nextRow: 2,
          windows: { run: 3, skipped: 1 },
          classPixels: [1],
          nodataPixels: 0,
        },
      },
    },
  ],
  view: "panes=2",
};

const changed = (path: readonly (string | number)[], value: unknown): string => {
  const copy = JSON.parse(formatProject(project));
  let place = copy;
  for (const key of path.slice(0, -1)) place = place[key];
  place[path.at(-1)!] = value;
  return JSON.stringify(copy);
};

describe("project files", () => {
  test("what is saved is what is read", () => {
    expect(parseProject(formatProject(project), "p.nadir")).toEqual(project);
  });

  test("a project without the user's words about files, truth and area is read all the same", () => {
    const { corrections: _, ...rest } = project;
    const [scene] = project.scenes;
    const { otherTruth: _o, area: _a, auxiliaryChoice: _c, ...bare } = scene!;
    const older = { ...rest, scenes: [bare], evaluation: { boundary: "with" as const, boundaryPx: 3 } };
    expect(parseProject(formatProject(older), "p.nadir")).toEqual(older);
  });

  test.each([
    [["legend", "opacity"], 0],
    [["legend", "opacity"], 1],
    [["settings", "overlapFraction"], 0],
    [["settings", "overlapFraction"], 0.9],
  ])("%j = %j is the end of its range and belongs to it", (path, value) => {
    const read = parseProject(changed(path, value), "p.nadir");
    expect(formatProject(read)).toBe(formatProject(JSON.parse(changed(path, value))));
  });

  test.each([
    [["legend", "opacity"], 1.001, "legend.opacity must be 0–1, is 1.001"],
    [["legend", "opacity"], -0.001, "legend.opacity must be 0–1, is -0.001"],
    [["settings", "overlapFraction"], 0.901, "settings.overlapFraction must be 0–0.9, is 0.901"],
    [["settings", "overlapFraction"], -0.001, "settings.overlapFraction must be 0–0.9, is -0.001"],
  ])("%j = %j lies beyond it", (path, value, fault) => {
    expect(() => parseProject(changed(path, value), "p.nadir")).toThrow(fault);
  });

  test("fields of a later version are left out", () => {
    expect(parseProject(changed(["later"], 1), "p.nadir")).toEqual(project);
  });

  test.each([
    [["scenes", 0, "optical", "bytes"], -1, "scenes[0].optical.bytes must be a whole number from 1, is -1"],
    [["scenes", 0, "optical", "sha256Sampled"], "xyz", "scenes[0].optical.sha256Sampled must be 64 hexadecimal digits"],
    [["scenes", 0, "auxiliary"], undefined, "scenes[0].auxiliary must be an object, is missing"],
    [["settings", "blend"], "smooth", 'settings.blend must be one of "flat"'],
    [["settings", "overlapFraction"], 3, "settings.overlapFraction must be 0–0.9, is 3"],
    [["runs", 0, "id"], "../../secret", "runs[0].id must be"],
    [["runs", 0, "sceneId"], "other", "runs[0].sceneId names no scene of the project"],
    [["runs", 1, "id"], "run-1a2b3c4d-1", "two runs have the same id"],
    [["runs", 0, "outcome", "status"], "perfect", 'runs[0].outcome.status must be one of "done", "interrupted"'],
    [["runs", 0, "outcome", "result", "widthPx"], 1e12, "runs[0].outcome.result.widthPx must be a whole number"],
    [["runs", 0, "classes", 0, "colour"], [1, 2], "runs[0].classes[0].colour must be 3 numbers"],
    [["runs", 1, "outcome", "checkpoint", "nextRow"], "2", "runs[1].outcome.checkpoint.nextRow must be"],
    [["scenes", 0, "area", "widthPx"], 0, "scenes[0].area.widthPx must be a whole number"],
    [["scenes", 0, "auxiliaryChoice"], "maybe", "scenes[0].auxiliaryChoice must be one of"],
    [["scenes", 0, "otherTruth", "address"], "javascript:1", "scenes[0].otherTruth.address must be an address"],
    [["evaluation", "truthFile"], "half", "evaluation.truthFile must be one of"],
    [["evaluation", "classMapping", "car"], 4, "evaluation.classMapping.car must be a text, is 4"],
    [["corrections", "a.tif|4×uint8|", "use"], "map", "corrections.a.tif|4×uint8|.use must be one of"],
    [["corrections", "a.tif|4×uint8|", "roles", "0"], "toString", "roles.0 must be one of"],
    [["corrections", "a.tif|4×uint8|", "roles", "first"], "red", 'roles must be by number of a band, has "first"'],
    [["corrections", "a.tif|4×uint8|", "nodata", "0"], "none", 'nodata.0 must be a number, is "none"'],
    [["corrections", "c_noboundary.tif|1×uint8|", "scheme", "classes"], 3, "scheme.classes must be a list"],
    [["legend"], [], "legend must be an object"],
  ])("%j = %j is refused with its place", (path, value, fault) => {
    expect(() => parseProject(changed(path, value), "p.nadir")).toThrow(fault);
  });

  test("other files are refused for what they are", () => {
    expect(() => parseProject("II*\0", "p.nadir")).toThrow("p.nadir: The file is no JSON");
    expect(() => parseProject("null", "p.nadir")).toThrow("The file names no format.");
    expect(() => parseProject('{"format": "nadir-project/9"}', "p.nadir")).toThrow(
      'Its format is "nadir-project/9". A project saved by the studio (format "nadir-project/3") is needed.',
    );
  });

  test("a project of a newer studio is refused with the way to open it", () => {
    expect(() => parseProject(changed(["format"], "nadir-project/4"), "p.nadir")).toThrow(
      "A newer studio wrote it: reload the page",
    );
    for (const format of ["nadir-project/0", "nadir-project/", "nadir-project/1.5", "nadir-model/1", 1]) {
      expect(() => parseProject(changed(["format"], format), "p.nadir")).toThrow("Save the project again");
    }
  });

  test("many faults are counted, the first are named", () => {
    expect(() => parseProject('{"format": "nadir-project/1"}', "p.nadir")).toThrow(/\d+ faults: scenes must be/);
    const empty = changed(
      ["runs"],
      Array.from({ length: 200 }, () => ({ outcome: { status: "done" } })),
    );
    expect(() => parseProject(empty, "p.nadir")).toThrow(/2000 faults: .*; and 1980 more\./);
  });
});
