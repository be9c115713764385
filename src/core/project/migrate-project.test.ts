import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Migration, migrateProject, PROJECT_VERSION, projectVersion } from "./migrate-project";
import { parseProject } from "./parse-project";
import { formatProject, PROJECT_FORMAT } from "./project";

const FIXTURES = "src/core/project/fixtures";

describe("projects of earlier studios", () => {
  const files = readdirSync(FIXTURES);

  test("there is a project and a session of every version, this one among them", () => {
    const expected = Array.from({ length: PROJECT_VERSION }, (_, index) => [
      `project-${index + 1}.nadir`,
      `session-${index + 1}.nadir`,
    ]);
    expect(files).toEqual(expect.arrayContaining(expected.flat()));
    expect(projectVersion(PROJECT_FORMAT)).toBe(PROJECT_VERSION);
  });

  test.each(files)("%s opens with all it held", (name) => {
    const text = readFileSync(`${FIXTURES}/${name}`, "utf8");
    const version = projectVersion(JSON.parse(text).format);
    // Fields are added within a version: a date says which studio wrote the later ones.
    expect(name).toMatch(new RegExp(`^(project|session)-${version}(-\\d{4}-\\d{2}-\\d{2})?\\.nadir$`));
    const project = parseProject(text, name);
    expect(project.format).toBe(PROJECT_FORMAT);
    if (version === PROJECT_VERSION) {
      const { runs, ...rest } = JSON.parse(formatProject(project));
      const { runs: fileRuns, ...fileRest } = expected(text);
      expect(rest).toEqual(fileRest);
      // Results carry more than a project keeps; whatever it keeps is as it was written.
      expect(fileRuns).toMatchObject(runs);
    }
    expect(project.scenes.length).toBeGreaterThan(0);
    expect(project.runs.length).toBeGreaterThan(0);
  });
});

/** The file as it stands; null is how pixels of classes not met yet were once written. */
function expected(text: string): { readonly runs: unknown } {
  return JSON.parse(text, (key, value) =>
    key === "classPixels" ? value.map((pixels: number | null) => pixels ?? 0) : value,
  );
}

test("each step turns one version into the next, from wherever a project stands", () => {
  const steps: Migration[] = [
    ({ name, ...rest }) => ({ ...rest, title: name }),
    ({ title, ...rest }) => ({ ...rest, titles: [title] }),
  ];
  const migrated = { format: "nadir-project/3", titles: ["a"] };
  expect(migrateProject({ format: "nadir-project/1", name: "a" }, 1, steps)).toEqual(migrated);
  expect(migrateProject({ format: "nadir-project/2", title: "a" }, 2, steps)).toEqual(migrated);
  expect(migrateProject(migrated, 3, steps)).toBe(migrated);
});
