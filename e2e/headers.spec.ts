/** The headers of `npm start`: every file carries them, and workers run under a policy of their own. */
import { expect, test } from "@playwright/test";
import { PAGE_HEADERS } from "../scripts/page-headers";

test("page and workers carry a policy, and no worker runs code from a text", async ({ page }) => {
  const answer = await page.goto("./");
  await expect.poll(() => page.workers().length).toBeGreaterThanOrEqual(2);
  const expected = Object.entries(PAGE_HEADERS).map(([name, value]) => [name.toLowerCase(), value]);
  expect(answer!.headers()).toMatchObject(Object.fromEntries(expected));
  for (const worker of page.workers()) {
    const script = await page.request.get(worker.url());
    expect(script.headers(), worker.url()).toMatchObject(Object.fromEntries(expected));
    // In a task of the worker's own: what the test evaluates itself is let through.
    const run = () =>
      new Promise((told) => {
        setTimeout(() => {
          try {
            told(new Function("return 1")());
          } catch (error) {
            told((error as Error).name);
          }
        });
      });
    expect(await worker.evaluate(run)).toBe("EvalError");
  }
});
