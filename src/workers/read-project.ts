/** A project file of unknown origin: its size is looked at before its text. */
import { NadirError } from "../core/errors";
import { MOST_PROJECT_BYTES, parseProject } from "../core/project/parse-project";
import type { Project } from "../core/project/project";

/** @throws {NadirError} `bad-project`. */
export async function readProject(file: File): Promise<Project> {
  if (file.size > MOST_PROJECT_BYTES) {
    throw new NadirError({
      code: "bad-project",
      subject: file.name,
      found: `The file has ${file.size} bytes.`,
      needed: `A project is text of at most ${MOST_PROJECT_BYTES} bytes.`,
      next: "Open the project saved by the studio; rasters keep their own ending.",
    });
  }
  return parseProject(await file.text(), file.name);
}
