/**
 * Faults of paths, disks, folders and arguments at the command line: each ends in a documented status with a sentence
 * and a next step, nothing the user has is overwritten, and rows that were finished are kept.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { requireRoom } from "../../cli/check-outputs";
import { EXIT } from "../../cli/exit-codes";
import { ownTag } from "../../cli/left-behind";
import { NadirError } from "../../core/errors";
import { nadir } from "../command-line";
import { fillDiskAfter, spyOnWrites } from "../faulty-disk";
import { SMALL_HEIGHT_PX, SMALL_WIDTH_PX, type SmallScene, writeSmallScene } from "../small-scene";

let root: string;
let folder: string;
let scene: SmallScene;
let whole: Buffer;
let number = 0;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "nadir-faults-"));
  const { args } = writeSmallScene(join(root, "whole"));
  expect((await nadir([...args, "--out", join(root, "whole", "mask.tif")])).status).toBe(0);
  whole = readFileSync(join(root, "whole", "mask.tif"));
});
beforeEach(() => {
  folder = join(root, `case-${number++}`);
  scene = writeSmallScene(folder);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

/** Every file below the folder with its bytes. */
function contents(): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [path, readFileSync(path).toString("latin1")]));
}

/** Refused before anything was written: documented status, one sentence, every file as it was. */
async function refused(args: readonly string[], status: number, sentence: string): Promise<void> {
  const before = contents();
  const ended = await nadir([...scene.args, ...args]);
  expect(`${ended.status} ${ended.stderr}`).toContain(sentence);
  expect(ended.status).toBe(status);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
  expect(contents()).toEqual(before);
}

/** Told to stop once so many strips of rows were recorded: what else is written than whole rows is the journal. */
async function stopped(out: string, strips: number): Promise<void> {
  const cancel = new AbortController();
  let count = 0;
  await spyOnWrites(async (byteCount) => {
    if (byteCount % SMALL_WIDTH_PX !== 0 && ++count === strips) cancel.abort();
    return byteCount;
  });
  const { status } = await nadir([...scene.args, "--out", out], { signal: cancel.signal });
  expect(status).toBe(EXIT.cancelled);
  vi.restoreAllMocks();
}

describe("command line: paths", () => {
  const same: readonly [string, (out: string) => readonly string[]][] = [
    ["the orthophoto", () => ["--out", scene.optical]],
    ["the DSM as confidence", (out) => ["--out", out, "--confidence", scene.dsm]],
    ["the manifest as report", (out) => ["--out", out, "--report", scene.model]],
    ["the graph as report", (out) => ["--out", out, "--report", at("placed.onnx")]],
    [
      "the orthophoto by another spelling",
      () => ["--out", join(folder, "..", folder.split("/").at(-1)!, "scene_RGB.tif")],
    ],
    [
      "the orthophoto by a symbolic link",
      () => {
        symlinkSync(scene.optical, at("link.tif"));
        return ["--out", at("link.tif")];
      },
    ],
    [
      "the orthophoto through a linked folder",
      () => {
        symlinkSync(folder, `${folder}-linked`);
        return ["--out", join(`${folder}-linked`, "scene_RGB.tif")];
      },
    ],
    [
      "the orthophoto by a hard link",
      () => {
        linkSync(scene.optical, at("hard.tif"));
        return ["--out", at("hard.tif")];
      },
    ],
    [
      "the orthophoto's .prj, beside a PNG",
      (out) => {
        writeFileSync(at("scene_RGB.prj"), "");
        return ["--out", out, "--png", at("scene_RGB.png")];
      },
    ],
  ];
  test.each(same)("output is %s → refused", async (_, args) =>
    refused(args(at("mask.tif")), EXIT.unwritable, "is the same file as"),
  );

  test.each([
    ["one path for three outputs", ["--out", "a.tif", "--confidence", "a.tif", "--report", "a.tif"]],
    ["a report in the place of the map's side file", ["--out", "a.tif", "--report", "a.qml"]],
    ["names that differ in case only", ["--out", "a.tif", "--confidence", "A.TIF"]],
  ])("%s → refused", (_, args) =>
    refused(
      args.map((arg) => (arg.startsWith("--") ? arg : at(arg))),
      EXIT.unwritable,
      "is the same file as",
    ),
  );

  test.each([
    ["a device node", "/dev/null", "a device or a pipe"],
    ["a folder under /proc", "/proc/mask.tif", "takes no files"],
    ["a name too long", `${"n".repeat(300)}.tif`, "too long"],
    ["a name too long with its endings", `${"n".repeat(248)}.tif`, "too long"],
    ["a missing folder", "nowhere/mask.tif", "Its folder does not exist"],
    ["a path through a file", "scene_RGB.tif/mask.tif", "Its folder does not exist"],
    ["a folder", ".", "This is a folder"],
  ])("output is %s → refused", (_, path, sentence) =>
    refused(["--out", path.startsWith("/") ? path : at(path)], EXIT.unwritable, sentence),
  );

  test("output is in a read-only folder → refused", async () => {
    // Whoever may write everywhere may not write there.
    const readOnly = process.getuid?.() === 0 ? "/sys" : at("read-only");
    if (readOnly !== "/sys") mkdirSync(readOnly, { mode: 0o555 });
    await refused(["--out", join(readOnly, "mask.tif")], EXIT.unwritable, "written");
  });

  test("polygons in a missing folder → refused", () =>
    refused(
      ["--out", at("mask.tif"), "--polygons", at("nowhere/a.geojson")],
      EXIT.unwritable,
      "Its folder does not exist",
    ));

  test("a list of scenes whose folder is below /proc → refused", async () => {
    writeFileSync(at("tiles.csv"), `optical,dsm\n${scene.optical},${scene.dsm}\n`);
    const args = [
      "--list",
      at("tiles.csv"),
      "--model",
      scene.model,
      "--out-folder",
      "/proc/nowhere",
      "--backend",
      "cpu",
    ];
    const { status, stderr } = await nadir(["segment", ...args]);
    expect(stderr).toContain("takes no files");
    expect(status).toBe(EXIT.unwritable);
  });

  test("output is a link that leads nowhere → refused", async () => {
    symlinkSync(at("gone.tif"), at("link.tif"));
    await nadir([...scene.args, "--out", at("link.tif")]).then(({ status, stderr }) => {
      expect(stderr).toContain("a link to a file that is not there");
      expect(status).toBe(EXIT.unwritable);
    });
  });

  test("a file has the name of the run's folder → refused", async () => {
    writeFileSync(at("mask.tif.nadir-run"), "mine");
    await refused(["--out", at("mask.tif")], EXIT.unwritable, "This is a file");
  });

  test("an input lies in the run's folder → refused", async () => {
    mkdirSync(at("mask.tif.nadir-run"));
    writeFileSync(at("mask.tif.nadir-run/dsm.tif"), readFileSync(scene.dsm));
    await refused(["--dsm", at("mask.tif.nadir-run/dsm.tif"), "--out", at("mask.tif")], EXIT.unwritable, "lies in");
  });

  test("files of the user in the run's folder → survived", async () => {
    mkdirSync(at("mask.tif.nadir-run"));
    writeFileSync(at("mask.tif.nadir-run/notes.txt"), "mine");
    expect((await nadir([...scene.args, "--out", at("mask.tif")])).status).toBe(0);
    expect(readFileSync(at("mask.tif.nadir-run/notes.txt"), "utf8")).toBe("mine");
  });

  test("what a killed run left beside the output → survived: cleared and said, a living one's stays", async () => {
    const killed = spawnSync(process.execPath, ["-e", ""]).pid;
    const left = `mask.tif.${ownTag(killed)}0000.part`;
    const living = `mask.tif.${ownTag(process.ppid)}0000.part`;
    const elsewhere = `mask.tif.00000000-${killed}-0000.part`;
    mkdirSync(at("mask.tif.nadir-run"));
    for (const name of [left, living, elsewhere, `mask.tif.nadir-run/journal.json.${ownTag(killed)}0000.part`]) {
      writeFileSync(at(name), "half");
    }
    const { status, stderr } = await nadir([...scene.args, "--out", at("mask.tif")]);
    expect(status).toBe(0);
    expect(stderr).toContain(`Removed ${at(left)}, which a killed run had left.`);
    const names = readdirSync(folder);
    expect(names.filter((name) => name.endsWith(".part")).sort()).toEqual([elsewhere, living].sort());
    expect(names).not.toContain("mask.tif.nadir-run");
  });

  test("the temporary folder of a killed command → survived: gone with the next, a living one's stays", async () => {
    const killed = spawnSync(process.execPath, ["-e", ""]).pid;
    const [left, living] = [killed, process.ppid].map((pid) => mkdtempSync(join(tmpdir(), `nadir-${ownTag(pid)}`)));
    writeFileSync(join(left!, "truth.u8"), "half");
    expect((await nadir([...scene.args, "--out", at("mask.tif")])).status).toBe(0);
    expect([existsSync(left!), existsSync(living!)]).toEqual([false, true]);
    rmSync(living!, { recursive: true });
  });

  test("output is a link to another file → survived, as a link", async () => {
    writeFileSync(at("target.tif"), "older");
    symlinkSync(at("target.tif"), at("mask.tif"));
    expect((await nadir([...scene.args, "--out", at("mask.tif")])).status).toBe(0);
    expect(readFileSync(at("target.tif")).equals(whole)).toBe(true);
  });
});

describe("command line: arguments", () => {
  test.each([
    [["--batch", "1000000000"], "a whole number from 1 to 1024"],
    [["--threads", "100000"], "a whole number from 1 to 1024"],
    [["--batch", "NaN"], "a whole number"],
    [["--tta", "constructor"], "it can be"],
    [["--blend", "__proto__"], "it can be"],
    [["--backend", "toString"], "it can be"],
    [["--constructor", "x"], "--constructor"],
    [["--__proto__", "x"], "__proto__"],
  ])("%j → refused", (args, sentence) => refused([...args, "--out", at("mask.tif")], EXIT.badUsage, sentence));

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
    "nadir %s → refused",
    async (name) => {
      const { status, stderr } = await nadir([name]);
      expect([status, stderr]).toEqual([EXIT.badUsage, expect.stringContaining(`There is no command "${name}"`)]);
    },
  );
});

describe("command line: disks", () => {
  const strip = SMALL_WIDTH_PX * 48;

  test("full after some rows → refused, rows kept, resumed to the identical file", async () => {
    const out = at("mask.tif");
    await fillDiskAfter(3.5 * strip);
    const { status, stderr } = await nadir([...scene.args, "--out", out]);
    expect(stderr).toContain("The disk is full");
    expect(stderr).toContain("with --resume goes on");
    expect(status).toBe(EXIT.unwritable);
    expect(existsSync(out)).toBe(false);
    vi.restoreAllMocks();
    const resumed = await nadir([...scene.args, "--out", out, "--resume"]);
    expect(resumed.status).toBe(0);
    expect(Number(resumed.stderr.match(/"windowsDone":(\d+)/)![1])).toBeGreaterThan(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
    expect(readdirSync(folder).filter((name) => /part$|nadir-run$/.test(name))).toEqual([]);
  });

  test.each([
    ["before the first row", 10, "ENOSPC", "The disk is full"],
    ["of a user's quota", 2.5 * strip, "EDQUOT", "quota"],
    ["with a fault", 2.5 * strip, "EIO", "reports a fault"],
    ["that became read-only", 2.5 * strip, "EROFS", "read-only"],
    ["with a limit of file size", 2.5 * strip, "EFBIG", "became larger"],
  ])("a disk %s → refused", async (_, bytes, code, sentence) => {
    const out = at("mask.tif");
    await fillDiskAfter(bytes, code);
    const { status, stderr } = await nadir([...scene.args, "--out", out]);
    expect(stderr).toContain(sentence);
    expect(status).toBe(EXIT.unwritable);
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.nadir-run`)).toBe(bytes > strip);
  });

  test("full while outputs are written, an older file there → refused, the older one stays", async () => {
    const out = at("mask.tif");
    writeFileSync(out, "older");
    await fillDiskAfter(SMALL_WIDTH_PX * SMALL_HEIGHT_PX + 8 * 900);
    const { status, stderr } = await nadir([...scene.args, "--out", out]);
    expect(stderr).toContain("The disk is full");
    expect(status).toBe(EXIT.unwritable);
    expect(readFileSync(out, "utf8")).toBe("older");
    vi.restoreAllMocks();
    expect((await nadir([...scene.args, "--out", out, "--resume"])).status).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
  });
});

describe("command line: engine", () => {
  test.each([
    ["an operator that fails", "bad-model", EXIT.modelRefused],
    ["not enough memory", "out-of-memory", EXIT.backendFailure],
    ["a device that is lost and stays so", "device-lost", EXIT.backendFailure],
  ] as const)("%s after some rows → refused, rows kept, resumed to the identical file", async (_, code, status) => {
    const out = at("mask.tif");
    let calls = 0;
    const beforeBatch = () => {
      if (++calls < 9) return;
      throw new NadirError({ code, found: "Produced on purpose.", needed: "Another call.", next: "Go on." });
    };
    const ended = await nadir([...scene.args, "--batch", "1", "--out", out], { beforeBatch });
    expect(ended.stderr).toContain("Produced on purpose.");
    expect(ended.stderr).toContain("with --resume goes on");
    expect(ended.status).toBe(status);
    expect(existsSync(out)).toBe(false);
    expect((await nadir([...scene.args, "--batch", "1", "--out", out, "--resume"])).status).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
  });
});

describe("command line: room", () => {
  test("less room than the run's rows take → refused", async () => {
    await expect(requireRoom(at("mask.tif"), 1e18)).rejects.toMatchObject({ code: "unwritable" });
    await expect(requireRoom(at("mask.tif"), 1)).resolves.toBeUndefined();
  });
});

describe("command line: damaged folders", () => {
  const damages: readonly [string, (run: string) => void][] = [
    ["mask cut", (run) => writeFileSync(join(run, "mask.u8"), readFileSync(join(run, "mask.u8")).subarray(0, 5000))],
    ["mask zeroed", (run) => writeFileSync(join(run, "mask.u8"), Buffer.alloc(SMALL_WIDTH_PX * SMALL_HEIGHT_PX))],
    ["mask empty", (run) => writeFileSync(join(run, "mask.u8"), "")],
    ["mask gone", (run) => rmSync(join(run, "mask.u8"))],
    [
      "one pixel of the mask changed",
      (run) => {
        const mask = readFileSync(join(run, "mask.u8"));
        mask[1234]! ^= 1;
        writeFileSync(join(run, "mask.u8"), mask);
      },
    ],
    ["journal cut", (run) => change(run, (journal) => journal.slice(0, 200))],
    ["journal empty", (run) => change(run, () => "")],
    ["journal no JSON", (run) => change(run, () => "1\n{")],
    ["journal with a wild row", (run) => change(run, (journal) => journal.replace(/"nextRow":\d+/, '"nextRow":390'))],
    ["journal of an older version", (run) => change(run, (journal) => journal.split("\n")[1]!)],
  ];
  const change = (run: string, by: (journal: string) => string) =>
    writeFileSync(join(run, "journal.json"), by(readFileSync(join(run, "journal.json"), "utf8")));

  test.each(damages)("%s → refused, and made anew without --resume", async (_, damage) => {
    const out = at("mask.tif");
    await stopped(out, 3);
    damage(`${out}.nadir-run`);
    const resumed = await nadir([...scene.args, "--out", out, "--resume"]);
    expect([EXIT.badInput, EXIT.unwritable]).toContain(resumed.status);
    expect(resumed.stderr).toMatch(/error: .*(damaged|does not hold what the run wrote|does not exist)/);
    expect(existsSync(out)).toBe(false);
    expect((await nadir([...scene.args, "--out", out])).status).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
  });

  test("a journal that vouches for more than was written → refused", async () => {
    const out = at("mask.tif");
    await stopped(out, 3);
    const { crc32 } = await import("../../core/crc32");
    change(`${out}.nadir-run`, (journal) => {
      const told = journal.split("\n")[1]!.replace(/"nextRow":\d+/, '"nextRow":390');
      return `${crc32(Buffer.from(told))}\n${told}\n`;
    });
    const resumed = await nadir([...scene.args, "--out", out, "--resume"]);
    expect(resumed.stderr).toContain("does not fit together");
    expect(resumed.status).toBe(EXIT.badInput);
  });
});

describe("command line: changed files", () => {
  test("touched between stop and --resume → refused, rows kept, resumed once its time is set back", async () => {
    const out = at("mask.tif");
    await stopped(out, 3);
    const { atime, mtime } = statSync(scene.optical);
    utimesSync(scene.optical, atime, new Date(mtime.getTime() + 5000));
    const resumed = await nadir([...scene.args, "--out", out, "--resume"]);
    expect(resumed.stderr).toContain("was changed since this interrupted run read it");
    expect(resumed.status).toBe(EXIT.badUsage);
    utimesSync(scene.optical, atime, mtime);
    expect((await nadir([...scene.args, "--out", out, "--resume"])).status).toBe(0);
    expect(readFileSync(out).equals(whole)).toBe(true);
  });

  test("cut while the run reads it → refused, rows kept", async () => {
    // Taller than what is read of it while its edges are looked at: what is in memory cannot be cut.
    scene = writeSmallScene(folder, { widthPx: 700, heightPx: 1600 });
    const out = at("mask.tif");
    const bytes = readFileSync(scene.optical);
    let isCut = false;
    await spyOnWrites(async (byteCount) => {
      if (byteCount % 700 !== 0 && !isCut) writeFileSync(scene.optical, bytes.subarray(0, 4000));
      isCut ||= byteCount % 700 !== 0;
      return byteCount;
    });
    const { status, stderr } = await nadir([...scene.args, "--out", out]);
    expect(stderr).toContain("can no longer be read");
    expect(stderr).toContain("with --resume goes on");
    expect(status).toBe(EXIT.badInput);
    expect(existsSync(`${out}.nadir-run/journal.json`)).toBe(true);
  });
});
