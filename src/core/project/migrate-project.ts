/** Projects written by an earlier studio, brought step by step to what this one reads. */

/** Turns the project of one version into that of the next. What it is given was never checked. */
export type Migration = (project: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The first one turns version 1 into version 2. With each comes a file of the version before, under `fixtures/`. */
const MIGRATIONS: readonly Migration[] = [
  // 2: runs may be corrected by hand, and scores are then those of the corrected map, which 1 would show as the run's.
  (project) => ({ ...project }),
  // 3: areas of interest may be polygons, of which 2 would take the rectangle around them.
  (project) => ({ ...project }),
];

export const PROJECT_VERSION = MIGRATIONS.length + 1;

/** 3 of "nadir-project/3"; null for what is no format of a project. */
export function projectVersion(format: unknown): number | null {
  const version = typeof format === "string" ? /^nadir-project\/([1-9]\d{0,3})$/.exec(format)?.[1] : undefined;
  return version === undefined ? null : Number(version);
}

/**
 * @param project  Of that version.
 * @returns        Of the newest version, its `format` included.
 */
export function migrateProject(
  project: Readonly<Record<string, unknown>>,
  version: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Readonly<Record<string, unknown>> {
  return migrations
    .slice(version - 1)
    .reduce<Readonly<Record<string, unknown>>>(
      (older, migrate, step) => ({ ...migrate(older), format: `nadir-project/${version + step + 1}` }),
      project,
    );
}
