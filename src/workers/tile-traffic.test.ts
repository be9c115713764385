import { expect, test } from "vitest";
import { arrayRaster } from "../testing/array-raster";
import { TileTraffic } from "./tile-traffic";

test("a scan reads nothing while a tile is being made, and goes on when the last is done or failed", async () => {
  const traffic = new TileTraffic();
  const raster = arrayRaster({ widthPx: 2, heightPx: 2, roles: ["height"], value: () => 1 });
  const scan = traffic.yielding(raster);
  const request = { rect: { col: 0, row: 0, widthPx: 2, heightPx: 2 }, bands: [0] };
  await scan.read(request);
  expect(raster.reads).toHaveLength(1);

  const ends: (() => void)[] = [];
  const first = traffic.during(() => new Promise<void>((end) => ends.push(end)));
  const second = traffic.during(() => new Promise<void>((_, fail) => ends.push(() => fail(new Error("damaged")))));
  const read = scan.read(request);
  ends[0]!();
  await first;
  expect(raster.reads).toHaveLength(1);
  ends[1]!();
  await expect(second).rejects.toThrow("damaged");
  await read;
  expect(raster.reads).toHaveLength(2);
});
