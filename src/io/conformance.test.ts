/** The files other programs test themselves with, held against GDAL's answers; writes `docs/conformance.md`. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatConformance, isOrthophotoLike, type Judged, judge, readOracle, tally } from "../testing/conformance";
import { isWithoutTestData } from "../testing/test-data";

describe.skipIf(isWithoutTestData("conformance"))("conformance files", () => {
  test("no wrong pixel or position; 95 % of what orthophoto tools meet is read", { timeout: 240_000 }, async () => {
    const judged: Judged[] = [];
    for (const entry of readOracle()) judged.push({ entry, verdict: await judge(entry) });
    expect(judged).toHaveLength(442);
    const wrong = judged.flatMap(({ entry, verdict }) =>
      verdict.kind === "wrong" ? [`${entry.file}: ${verdict.faults.join("; ")}`] : [],
    );
    expect(wrong).toEqual([]);
    const asked = tally(judged.filter(({ entry }) => isOrthophotoLike(entry)));
    expect(asked.right / asked.files).toBeGreaterThanOrEqual(0.95);

    const table = formatConformance(judged);
    if (process.env.NADIR_WRITE_DOCS === "1") writeFileSync("docs/conformance.md", table);
    expect(readFileSync("docs/conformance.md", "utf8")).toBe(table);
  });
});
