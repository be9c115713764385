/** `npm ci` works wherever the project is cloned: the lockfile names every platform's binaries, and no registry. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync("package-lock.json", "utf8");
const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, LockedPackage>> };

test("binaries of every platform are locked", () => {
  const places = Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, ""));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.filter((name) => !places.includes(name))).toEqual([]);
});

test("every package is known by its hash, and none by a registry's address", () => {
  const unsure = Object.entries(packages).filter(([place, { integrity }]) => place !== "" && integrity === undefined);
  expect(unsure).toEqual([]);
  expect(text).not.toContain('"resolved"');
});
