import { expect, test } from "vitest";
import { loadOnce } from "./load-once";

test("a failure is not kept: the next one asks again, and then nobody any more", async () => {
  let asked = 0;
  const load = loadOnce(async () => {
    if (++asked === 1) throw new Error("no network");
    return asked;
  });
  await expect(load()).rejects.toThrow("no network");
  expect(await Promise.all([load(), load()])).toEqual([2, 2]);
  expect(await load()).toBe(2);
});
