/** `docs/command-line.md` says what the tables in the source say. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CLASS_SCHEMES } from "../core/labels/class-scheme";
import { RUN_FORMATS } from "../outputs/run-formats";
import { nadir } from "../testing/command-line";
import { EXIT } from "./exit-codes";

const DOCUMENT = readFileSync("docs/command-line.md", "utf8");

/** Rows of the table under a heading, cells trimmed. */
function rowsUnder(heading: string): string[][] {
  const section = DOCUMENT.split(`## ${heading}\n`)[1]!.split("\n## ")[0]!;
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/command-line.md", () => {
  test("lists the files of segment as the table of formats has them", () => {
    expect(rowsUnder("Files of `segment`")).toEqual(
      RUN_FORMATS.map(({ option, help }) => [`\`--${option} FILE\``, help]),
    );
  });

  test("lists every exit status once", () => {
    expect(rowsUnder("Exit status").map(([status]) => Number(status))).toEqual(Object.values(EXIT));
  });

  test("names the schemes there are", () => {
    for (const { id } of CLASS_SCHEMES) {
      expect(DOCUMENT).toContain(`\`${id}\``);
    }
  });

  test("usage of segment has each format's option on a line of its own", async () => {
    const { stdout, status } = await nadir(["segment", "--help"]);
    expect(status).toBe(EXIT.done);
    for (const { option, help } of RUN_FORMATS) {
      expect(
        stdout.split("\n").filter((line) => line.includes(`--${option} FILE`) && line.endsWith(help)),
      ).toHaveLength(1);
    }
  });

  test("lists every command", async () => {
    const { stdout } = await nadir(["help"]);
    const commands = [...stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name]) => name);
    expect(rowsUnder("Commands").map(([name]) => name)).toEqual(commands.map((name) => `\`${name}\``));
  });
});
