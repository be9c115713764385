/**
 * XML as it goes by, where there is no DOM: elements open and close, texts between them. No document type is followed,
 * so nothing can be declared that grows; entities are the five of XML and characters by number.
 *
 * Source: XML 1.0 (Fifth Edition), 2.4–2.8, 4.1.
 */
export type XmlEvent =
  | { readonly kind: "open"; readonly name: string; readonly attributes: string }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Names without their prefix. @throws {RangeError} When markup does not end or an element is closed that is not open. */
export function* xmlEvents(text: string): Generator<XmlEvent> {
  const open: string[] = [];
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf("<", at);
    if (start !== at) {
      const end = start < 0 ? text.length : start;
      if (open.length > 0) yield { kind: "text", text: plainText(text.slice(at, end)) };
      at = end;
      continue;
    }
    const special = SPECIALS.find(({ begin }) => text.startsWith(begin, at));
    const from = at + (special?.begin.length ?? 1);
    const end = text.indexOf(special?.end ?? ">", from);
    if (end < 0) throw new RangeError("markup that does not end");
    const inside = text.slice(from, end);
    at = end + (special?.end.length ?? 1);
    if (special !== undefined) {
      if (special.isText) yield { kind: "text", text: inside };
      continue;
    }
    const [, closes, name = "", attributes = "", isEmpty] =
      /^(\/?)\s*(?:[\w.-]+:)?([\w.-]+)\s*(.*?)(\/?)$/s.exec(inside) ?? [];
    if (name === "") throw new RangeError("an element without a name");
    if (closes === "/") {
      if (open.pop() !== name) throw new RangeError(`</${name}> where it is not open`);
      yield { kind: "close", name };
      continue;
    }
    yield { kind: "open", name, attributes };
    if (isEmpty === "/") yield { kind: "close", name };
    else open.push(name);
  }
  if (open.length > 0) throw new RangeError(`<${open.at(-1)}> that is not closed`);
}

/** Value of an attribute; null without it. */
export function attributeOf(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found === null ? null : plainText(found[1] ?? found[2] ?? "");
}

const SPECIALS = [
  { begin: "<!--", end: "-->", isText: false },
  { begin: "<![CDATA[", end: "]]>", isText: true },
  { begin: "<?", end: "?>", isText: false },
  { begin: "<!", end: ">", isText: false },
];

function plainText(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex, decimal, name: string | undefined) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex as string, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
