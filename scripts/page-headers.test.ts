/** What `npm start` sends is what hosts are told to send. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PAGE_HEADERS } from "./page-headers";

const hosting = readFileSync("docs/hosting.md", "utf8");

test.each(Object.entries(PAGE_HEADERS))("docs/hosting.md gives %s as it is sent", (name, value) => {
  expect(hosting).toContain(`add_header ${name} "${value}" always;`);
});

test("the page's own policy is no wider than the header's but for what a meta element cannot say", () => {
  const html = readFileSync("index.html", "utf8");
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1]!;
  const directives = (text: string) =>
    new Map(text.split("; ").map((part) => [part.split(" ")[0]!, new Set(part.split(" ").slice(1))]));
  const header = directives(PAGE_HEADERS["Content-Security-Policy"]!);
  for (const [name, sources] of directives(policy)) {
    expect(
      [...sources].filter((source) => !header.get(name)?.has(source)),
      name,
    ).toEqual([]);
  }
  expect([...header.keys()].filter((name) => !directives(policy).has(name))).toEqual(["frame-ancestors"]);
});
