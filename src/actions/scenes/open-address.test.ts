/** Rasters at an address: read by ranges from a second server, only after the user typed it; what cannot be read is said. */
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { NadirError } from "../../core/errors";
import { histogram, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openAddress } from "./open-address";
import { openFiles } from "./open-files";
import { setArea } from "./set-area";

interface Asked {
  readonly range: string | undefined;
  readonly cookie: string | undefined;
  readonly bytes: number;
}

describe.skipIf(withoutPython)("a raster at an address", JOURNEY, () => {
  const studios = studiosOfTests();
  const asked: Asked[] = [];
  let server: Server;
  let origin = "";
  let town = Buffer.alloc(0);

  beforeAll(async () => {
    mkdirSync(studios.folder, { recursive: true });
    python(WRITE, studios.folder);
    town = readFileSync(join(studios.folder, "town.tif"));
    const files: Readonly<Record<string, Buffer>> = {
      "town.tif": town,
      "notes.tif": Buffer.from("field notes, no image at all"),
    };
    server = createServer((request, response) => {
      const [, way = "", name = ""] = (request.url ?? "").split("/");
      const body = files[name];
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
      const answer = (status: number, part: Buffer) => {
        asked.push({ range: request.headers.range, cookie: request.headers.cookie, bytes: part.length });
        response.writeHead(status, { "Content-Length": part.length });
        response.end(request.method === "HEAD" ? undefined : part);
      };
      if (way === "secret") {
        answer(403, Buffer.alloc(0));
      } else if (body === undefined) {
        answer(404, Buffer.alloc(0));
      } else if (range !== null && way !== "no-ranges") {
        // Strict: what begins or ends outside the file is refused.
        const [from, to] = [Number(range[1]), Number(range[2])];
        if (from >= body.length || (to >= body.length && from !== 0)) {
          answer(416, Buffer.alloc(0));
          return;
        }
        const last = Math.min(to, body.length - 1);
        if (way !== "hidden-size") response.setHeader("Content-Range", `bytes ${from}-${last}/${body.length}`);
        answer(206, body.subarray(from, last + 1));
      } else {
        answer(200, body);
      }
    });
    await new Promise<void>((listening) => server.listen(0, () => listening()));
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  }, JOURNEY.timeout);
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => {
    asked.length = 0;
  });

  const bytesAsked = () => asked.reduce((sum, { bytes }) => sum + bytes, 0);

  test("a cloud-optimised GeoTIFF is read in parts, shown and run over", async () => {
    const { studio } = await studios.open();
    expect(asked).toEqual([]);
    expect(await openAddress(studio, `${origin}/cog/town.tif`)).toBeNull();
    const [record] = studio.store.getState().scenes.records;
    const { rasterId, facts } = record!.scene.optical;
    expect(facts).toMatchObject({ widthPx: 3000, heightPx: 2400, crs: { epsg: 25832 } });
    await studio.rasters.call("opticalTile", { opticalId: rasterId, tile: { level: 3, x: 0, y: 0 } });
    expect(bytesAsked()).toBeLessThan(town.length / 4);
    expect(asked.every(({ range, cookie }) => range !== undefined && cookie === undefined)).toBe(true);
    expect(studio.store.getState().engine.remoteHosts).toEqual([new URL(origin).host]);

    await openFiles(studio, [await fileAt(join(studios.folder, "town_dsm.tif"))]);
    await sceneReady(studio);
    setArea(studio, { col: 1000, row: 800, widthPx: 128, heightPx: 128 });
    const [run] = await runToEnd(studio);
    const counts = await histogram(studio, run!);
    expect(counts.slice(0, 255).reduce((sum, count) => sum + count)).toBe(128 * 128);
    expect(bytesAsked()).toBeLessThan(town.length);
  });

  test("what a part holds is what the file holds there", async () => {
    const { studio } = await studios.open();
    await openAddress(studio, `${origin}/cog/town.tif`);
    const opticalId = studio.store.getState().scenes.records[0]!.scene.optical.rasterId;
    const places = [
      [0, 0],
      [511, 511],
      [512, 513],
      [2999, 2399],
      [1500, 1200],
    ] as const;
    const read = await Promise.all(
      places.map(([col, row]) => studio.rasters.call("probe", { opticalId, auxiliaryId: null, col, row, maskIds: [] })),
    );
    expect(read.map(({ optical }) => optical)).toEqual(
      python(PIXELS, join(studios.folder, "town.tif"), JSON.stringify(places)),
    );
  });

  test("that cannot be read is refused in words", async () => {
    const { studio } = await studios.open();
    const trials: [address: string, sentence: string][] = [
      ["town.tif", "This is no address"],
      ["file:///etc/hosts", "begin with file: cannot be read"],
      [`${origin}/cog/gone.tif`, "has no file at this address (404)"],
      [`${origin}/secret/town.tif`, "does not give this file to everybody (403)"],
      [`${origin}/no-ranges/town.tif`, "sends whole files only"],
      ["http://localhost:9/town.tif", "cannot be reached"],
      [`${origin}/cog/notes.tif`, "starts with the text"],
    ];
    for (const [address, sentence] of trials) {
      const refused = await openAddress(studio, address);
      expect(refused === null ? "opened" : new NadirError(refused).message).toContain(sentence);
    }
    expect(studio.store.getState().scenes.records).toEqual([]);
    // The size hidden from pages is asked for by HEAD.
    expect(await openAddress(studio, `${origin}/hidden-size/town.tif`)).toBeNull();
    expect(studio.store.getState().scenes.records).toHaveLength(1);
  });
});

const WRITE = `
import sys, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
from rasterio.io import MemoryFile
from rasterio.shutil import copy
folder = sys.argv[1]
grid = dict(crs="EPSG:25832", transform=rasterio.Affine(0.2, 0, 500000, 0, -0.2, 5600000))
rng = np.random.default_rng(5)
with MemoryFile() as memory:
    with memory.open(driver="GTiff", width=3000, height=2400, count=3, dtype="uint8", photometric="RGB", **grid) as d:
        d.write(rng.integers(0, 255, (3, 2400, 3000), dtype=np.uint8))
    copy(memory.name, folder + "/town.tif", driver="COG", compress="DEFLATE", blocksize=512)
with rasterio.open(folder + "/town_dsm.tif", "w", driver="GTiff", width=3000, height=2400, count=1, dtype="float32", tiled=True, compress="deflate", **grid) as d:
    d.write(rng.uniform(90, 120, (1, 2400, 3000)).astype("float32"))
print("{}")
`;

const PIXELS = `
import sys, json, rasterio
with rasterio.open(sys.argv[1]) as d: values = d.read()
print(json.dumps([values[:, row, col].tolist() for col, row in json.loads(sys.argv[2])]))
`;
