/** Reads a project file and says precisely what is wrong when it cannot. */
import { NadirError, type NadirErrorFacts } from "../errors";
import { listFaults, readFields, spellFault } from "../json/faults";
import { migrateProject, PROJECT_VERSION, projectVersion } from "./migrate-project";
import { PROJECT_FORMAT, type Project } from "./project";
import { projectSchema } from "./project-schema";
import { hasOddMatrix } from "./run-scores";

/** A project is text about files; a larger one is something else. */
export const MOST_PROJECT_BYTES = 16 << 20;

/**
 * @param content Text of unknown origin, of this version or an earlier one.
 * @param subject File name for the message.
 * @throws {NadirError} `bad-project`, naming the fields that are missing or wrong.
 */
export function parseProject(content: string, subject: string): Project {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new NadirError(badProject(subject, `The file is no JSON (${(cause as Error).message}).`), { cause });
  }
  const format = (json as { format?: unknown } | null)?.format;
  const version = projectVersion(format);
  if (version === null || version > PROJECT_VERSION) {
    const found = format === undefined ? "The file names no format." : `Its format is ${JSON.stringify(format)}.`;
    throw new NadirError(version === null ? badProject(subject, found) : newerProject(subject, found));
  }
  const read = readFields(projectSchema, migrateProject(json as Record<string, unknown>, version));
  const faults = "faults" in read ? read.faults.map(spellFault) : danglingReferences(read.value);
  if ("value" in read && faults.length === 0) {
    return read.value;
  }
  throw new NadirError(badProject(subject, `This project has ${listFaults(faults)}.`));
}

function danglingReferences({ scenes, runs }: Project): string[] {
  const faults: string[] = [];
  const sceneIds = new Set(scenes.map(({ id }) => id));
  if (sceneIds.size < scenes.length) {
    faults.push("two scenes have the same id");
  }
  if (new Set(runs.map(({ id }) => id)).size < runs.length) {
    faults.push("two runs have the same id");
  }
  for (const [index, { sceneId, scores }] of runs.entries()) {
    if (!sceneIds.has(sceneId)) {
      faults.push(`runs[${index}].sceneId names no scene of the project`);
    }
    if (scores !== undefined && hasOddMatrix(scores)) {
      faults.push(`runs[${index}].scores has a matrix that does not fit its classes`);
    }
  }
  return faults;
}

function badProject(subject: string, found: string): NadirErrorFacts {
  return {
    code: "bad-project",
    subject,
    found,
    needed: `A project saved by the studio (format "${PROJECT_FORMAT}") is needed.`,
    next: "Save the project again, or open its rasters by themselves.",
  };
}

function newerProject(subject: string, found: string): NadirErrorFacts {
  const next = "A newer studio wrote it: reload the page to get that one, or open it where it was saved.";
  return { ...badProject(subject, found), next };
}
