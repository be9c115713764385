import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writtenFiles } from "./schemas";

test.each(Object.entries(writtenFiles()))("%s is what the schemas say (npm run schemas writes it)", (path, text) => {
  expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(text);
});
