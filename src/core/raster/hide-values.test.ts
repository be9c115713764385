import { expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { hideValues } from "./hide-values";

const hide = (value: number) => hideValues(source, [{ low: value, high: value }]);

const WHOLE = { col: 0, row: 0, widthPx: 4, heightPx: 2 };

/** Two bands, col + 10·row and twice that; the file's own mask has a hole at (1, 0). */
const source = arrayRaster({
  widthPx: 4,
  heightPx: 2,
  roles: ["height", "sar"],
  dtype: "float32",
  value: (band, col, row) => (band + 1) * (col + 10 * row),
  missing: (col, row) => col === 1 && row === 0,
});

test("the value becomes missing in whichever band holds it, beside the file's own holes", async () => {
  const { bands, valid } = await hide(12).read({ rect: WHOLE, bands: [0, 1] });
  expect([...valid!]).toEqual([1, 0, 1, 1, 1, 1, 0, 1]);
  expect([...bands[0]!]).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
});

test("every pixel that holds it", async () => {
  const { valid } = await hide(2).read({ rect: { ...WHOLE, heightPx: 1 }, bands: [0, 1, 0] });
  expect([...valid!]).toEqual([1, 0, 0, 1]);
  expect([...(await hide(6).read({ rect: WHOLE, bands: [1] })).valid!]).toEqual([1, 0, 1, 0, 1, 1, 1, 1]);
});

test("where it does not occur, the file's own validity stands", async () => {
  const { valid } = await hide(-9999).read({ rect: WHOLE, bands: [0] });
  expect([...valid!]).toEqual([1, 0, 1, 1, 1, 1, 1, 1]);
  const whole = await hide(-9999).read({ rect: { ...WHOLE, row: 1, heightPx: 1 }, bands: [0] });
  expect(whole.valid).toBeNull();
});

test("every value of a range, its ends too", async () => {
  const { valid } = await hideValues(source, [{ low: 10, high: 12 }]).read({ rect: WHOLE, bands: [0] });
  expect([...valid!]).toEqual([1, 0, 1, 1, 0, 0, 0, 1]);
});

test("facts are the file's, and closing closes it", () => {
  const hidden = hide(1);
  expect(hidden.facts).toBe(source.facts);
  hidden.close();
  expect(source.closed).toBe(true);
});
