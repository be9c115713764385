/** Well-known text of coordinate systems (WKT 1, Esri's, WKT 2) as a tree. Source: OGC 18-010r7, §7. */

export interface WktNode {
  /** Upper case. */
  readonly keyword: string;
  readonly values: readonly (string | number | WktNode)[];
}

/** Deeper or longer text is no coordinate system. */
const MAX_NODES = 20_000;

/** @returns Null when the text is not one well-formed element. */
export function parseWkt(text: string): WktNode | null {
  const tokens = text.match(/"(?:[^"]|"")*"|[A-Za-z_][\w]*|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[[\](),]/g) ?? [];
  if (tokens.length === 0 || tokens.length > MAX_NODES) return null;
  const open: { keyword: string; values: (string | number | WktNode)[] }[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const values = open.at(-1)?.values;
    if (token === "," || token === "[" || token === "(") continue;
    if (token === "]" || token === ")") {
      const closed = open.pop();
      if (closed === undefined) return null;
      if (open.length === 0) return closed;
      open.at(-1)!.values.push(closed);
    } else if (token.startsWith('"')) values?.push(token.slice(1, -1).replaceAll('""', '"'));
    else if (/^[A-Za-z_]/.test(token)) {
      if (tokens[at + 1] === "[" || tokens[at + 1] === "(") open.push({ keyword: token.toUpperCase(), values: [] });
      else values?.push(token);
    } else values?.push(Number(token));
  }
  return null;
}

/** The first child of one of these kinds. */
export function child(node: WktNode | null, ...keywords: readonly string[]): WktNode | null {
  return children(node, ...keywords)[0] ?? null;
}

export function children(node: WktNode | null, ...keywords: readonly string[]): WktNode[] {
  return (node?.values ?? []).filter(
    (value): value is WktNode => typeof value === "object" && keywords.includes(value.keyword),
  );
}

export function textOf(node: WktNode | null): string | null {
  const [first] = node?.values ?? [];
  return typeof first === "string" ? first : null;
}

/** The numbers directly inside an element. */
export function numbersOf(node: WktNode | null): number[] {
  return (node?.values ?? []).filter((value): value is number => typeof value === "number");
}

/** EPSG's code of an element; null when it has none of its own. */
export function epsgOf(node: WktNode | null): number | null {
  for (const { values } of children(node, "AUTHORITY", "ID")) {
    if (typeof values[0] === "string" && values[0].toUpperCase() === "EPSG") return Number(values[1]) || null;
  }
  return null;
}
