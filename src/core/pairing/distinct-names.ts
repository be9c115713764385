/** Scenes that would have one name are told apart by what differs: words of their files, then their folders. */

interface Named {
  readonly name: string;
  readonly fileName: string;
  readonly folder?: string;
}

/**
 * A name for each, no two alike, in the same order: "potsdam 2 10 RGB" and "potsdam 2 10 IRRG", "ortho (north)" and
 * "ortho (south)", else "ortho" and "ortho (2)".
 */
export function distinctNames(scenes: readonly Named[]): string[] {
  const names = scenes.map(({ name }) => name);
  const alike = new Map<string, number[]>();
  names.forEach((name, index) => {
    alike.set(name, [...(alike.get(name) ?? []), index]);
  });
  for (const indices of alike.values()) {
    if (indices.length < 2) continue;
    const group = indices.map((index) => scenes[index]!);
    const words = differences(group.map(({ fileName }) => fileName.replace(/\.[^.]+$/, "").split(/[^\p{L}\p{N}]+/u)));
    const folders = differences(group.map(({ folder = "" }) => folder.split("/")));
    indices.forEach((index, at) => {
      const [word, folder] = [words[at]!.join(" "), folders[at]!.join("/")];
      const name = names[index]!;
      names[index] = areAllDifferent(words)
        ? `${name} ${word}`.trimEnd()
        : folder === ""
          ? name
          : `${name} (${folder})`;
    });
  }
  return numbered(names);
}

/** Of each list what does not stand in all of them. */
function differences(lists: readonly (readonly string[])[]): string[][] {
  const sets = lists.map((list) => new Set(list));
  return lists.map((list) => list.filter((part) => !sets.every((set) => set.has(part))));
}

function areAllDifferent(lists: readonly (readonly string[])[]): boolean {
  return new Set(lists.map((list) => list.join(" "))).size === lists.length;
}

function numbered(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let [distinct, number] = [name, 1];
    while (taken.has(distinct)) distinct = `${name} (${++number})`;
    taken.add(distinct);
    return distinct;
  });
}
