/** Rasters at an address, against a server that gives exactly the bytes asked for and no others. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { serverOfTests } from "../testing/test-server";
import { findRemoteFile, remoteSource } from "./remote-file";

const BYTES = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31 + (at >> 8)) % 251);
const asked: IncomingMessage["headers"][] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  asked.push(request.headers);
  const path = request.url!;
  if (path.startsWith("/missing")) response.writeHead(404).end();
  else if (path.startsWith("/private")) response.writeHead(403).end();
  else if (path.startsWith("/broken")) response.writeHead(500).end();
  else if (path.startsWith("/whole")) response.writeHead(200).end(BYTES);
  else if (request.method === "HEAD") {
    response.writeHead(200, path.startsWith("/silent") ? { "Content-Length": BYTES.length } : {}).end();
  } else {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from <= to && to < BYTES.length)) response.writeHead(416).end();
    else {
      const said = path.startsWith("/scene") ? { "Content-Range": `bytes ${from}-${to}/${BYTES.length}` } : {};
      response.writeHead(206, said).end(BYTES.subarray(from, to + 1));
    }
  }
}

describe("a raster at an address", () => {
  const server = serverOfTests(answer);

  test("is found with its name and size", async () => {
    const found = await findRemoteFile(` ${server.root}/scene%201.tif?version=2 `);
    expect(found).toEqual({ url: `${server.root}/scene%201.tif?version=2`, name: "scene 1.tif", size: 200_000 });
    expect(asked.at(-1)).not.toHaveProperty("referer");
    expect(asked.at(-1)).not.toHaveProperty("cookie");
  });

  test("gives every range exactly, its last byte too, and none beyond", async () => {
    const source = remoteSource(await findRemoteFile(`${server.root}/scene.tif`));
    for (const [offset, length] of [
      [0, 16],
      [65_530, 20],
      [70_000, 80_000],
      [199_999, 1],
      [120_000, 80_000],
      [196_000, 4_000],
    ] as const) {
      expect(Buffer.compare(await source.read(offset, length), BYTES.subarray(offset, offset + length))).toBe(0);
    }
    await expect(source.read(199_990, 11)).rejects.toMatchObject({ code: "corrupt-raster" });
  });

  test("whose size the server only says to a HEAD request is found too", async () => {
    expect(await findRemoteFile(`${server.root}/silent.tif`)).toMatchObject({ size: 200_000 });
  });

  test.each([
    ["missing.tif", /has no file at this address \(404\).*Check the address/],
    ["private.tif", /does not give this file to everybody \(403\)/],
    ["broken.tif", /answered with status 500/],
    ["whole.tif", /sends whole files only.*range requests/],
    ["mute.tif", /does not say how large the file is/],
  ])("%s is refused with the reason", async (path, sentence) => {
    await expect(findRemoteFile(`${server.root}/${path}`)).rejects.toThrow(sentence);
    await expect(findRemoteFile(`${server.root}/${path}`)).rejects.toMatchObject({ code: "unreachable" });
  });

  test("that stops giving ranges is said when it is read", async () => {
    const gone = remoteSource({ url: `${server.root}/missing.tif`, name: "missing.tif", size: 100 });
    await expect(gone.read(0, 10)).rejects.toThrow(/no file at this address/);
    const whole = remoteSource({ url: `${server.root}/whole.tif`, name: "whole.tif", size: 200_000 });
    await expect(whole.read(0, 10)).rejects.toThrow(/sends whole files only/);
  });

  test.each([
    ["tiles/scene.tif", /This is no address/],
    ["", /This is no address/],
    ["ftp://example.org/scene.tif", /begin with ftp: cannot be read/],
  ])("%j is no address", async (address, sentence) => {
    await expect(findRemoteFile(address)).rejects.toThrow(sentence);
  });

  test("where nobody answers is said", async () => {
    // Port 1 is reserved and never listens.
    await expect(findRemoteFile("http://127.0.0.1:1/scene.tif")).rejects.toThrow(/127.0.0.1:1 cannot be reached/);
  });
});
