/** Truncated, corrupted and fuzzer-made files: a clear refusal, in bounded memory, and none that hangs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { BadFileOutcome } from "../testing/open-bad-files";
import { isWithoutTestData, testDataPath } from "../testing/test-data";
import { openRaster } from "./open-raster";

describe.skipIf(isWithoutTestData("bad-input"))("files GDAL cannot read", () => {
  test("all 72 end in a clear error, under 512 MB", () => {
    const index = JSON.parse(readFileSync(testDataPath("bad-input", "index.json"), "utf8")) as { file: string }[];
    expect(index).toHaveLength(72);
    const files = index.map(({ file }) => testDataPath("bad-input", file));
    const printed = execFileSync(process.execPath, ["--import", "tsx", "src/testing/open-bad-files.ts", ...files], {
      encoding: "utf8",
      timeout: 240_000,
    });
    const { outcomes, peakMegabytes } = JSON.parse(printed) as { outcomes: BadFileOutcome[]; peakMegabytes: number };
    expect(outcomes.filter(({ refusal, clear }) => refusal === null || !clear)).toEqual([]);
    expect(outcomes).toHaveLength(72);
    expect(peakMegabytes).toBeLessThan(512);
  });
});

describe("files that are no rasters", () => {
  test.each([
    ["empty.tif", new Uint8Array(0), /empty/],
    ["notes.tif", new TextEncoder().encode("hello, this is text"), /hello/],
    ["archive.zip", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /An archive that is not opened here.*Unpack it/],
    ["cut.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), /cut off/],
    ["cut.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /JPEG header/],
    ["cut.tif", Uint8Array.of(0x49, 0x49, 42, 0, 8), /header is cut off/],
  ])("%s says what was found", async (name, bytes, sentence) => {
    await expect(openRaster({ file: new File([bytes], name) })).rejects.toThrow(sentence);
  });
});

describe("decompression bombs", () => {
  test("a PNG of ten pixels that inflates to half a gigabyte is stopped", async () => {
    const chunk = (type: string, data: Uint8Array) => {
      const body = Buffer.concat([Buffer.from(type), data]);
      const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      crc.writeUInt32BE(crc32(body));
      return Buffer.concat([length, body, crc]);
    };
    const header = Buffer.from([0, 0, 0, 10, 0, 0, 0, 10, 8, 2, 0, 0, 0]);
    const pixels = deflateSync(Buffer.alloc(512 * 2 ** 20), { level: 9 });
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const png = Buffer.concat([
      signature,
      chunk("IHDR", header),
      chunk("IDAT", pixels),
      chunk("IEND", Buffer.alloc(0)),
    ]);
    const before = process.memoryUsage().arrayBuffers;
    await expect(openRaster({ file: new File([png], "bomb.png") })).rejects.toThrow(/more pixel data than 10 × 10/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });
});
