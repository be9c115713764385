/** Components write no text themselves: every word they show comes from the message file. */
import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";

const FOLDER = new URL(".", import.meta.url);

/** Attributes and fields that hold what a person reads or hears. */
const TEXT_NAMES =
  /^(aria-(label|description|placeholder|roledescription|valuetext)|alt|caption|hint|label|placeholder|subject|summary|text|tip|title)$/;

/** Attributes and calls whose strings address the machine, whatever they look like. */
const TECHNICAL_ATTRIBUTES = /^(className|d|data-.*|id|key|style|transform|viewBox)$/;
const TECHNICAL_CALLS = /^(Error|RegExp|URL|closest|includes|matches|querySelector(All)?|redraw|startsWith)$/;

/** Units, names of formats and keys are the same in every language. */
const SAME_EVERYWHERE =
  /\b(CSV|LaTeX|Markdown|Nadir|Arrow(Down|Left|Right|Up)?|Backspace|Ctrl|Enter|Esc(ape)?|Page(Down|Up)|Shift|float(16|32)|GFLOP|px|km|cm|mm|ha|min|ms|IoU|mIoU|mF1|OA)\b/g;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** Where words are written in a source file, as "line: words". */
function literalTexts(fileName: string, source: string): string[] {
  const { program, errors } = parseSync(fileName, source);
  if (errors.length > 0) {
    throw new Error(`${fileName} does not parse: ${errors[0]?.message}`);
  }
  const found: string[] = [];
  visit(program as unknown as Node, false);
  return found;

  /** `shown`: whether a string here is surely read by a person; elsewhere only what looks like words counts. */
  function visit(node: Node, shown: boolean): void {
    if (isTechnical(node)) {
      return;
    }
    const text = literal(node);
    if (text !== null && (shown ? hasWord(text) : looksLikeWords(text))) {
      found.push(`${source.slice(0, node.start).split("\n").length}: ${text.trim()}`);
    }
    for (const [field, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) {
          visit(child, isShown(node, field, child, shown));
        }
      }
    }
  }
}

/** The words of a string, template or piece of JSX text; values in a template count as a figure. */
function literal(node: Node): string | null {
  switch (node.type) {
    case "JSXText":
      return node.value as string;
    case "Literal":
      return typeof node.value === "string" ? node.value : null;
    case "TemplateLiteral":
      return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("0");
    default:
      return null;
  }
}

function hasWord(text: string): boolean {
  return /\p{L}{2,}/u.test(text.replaceAll(SAME_EVERYWHERE, ""));
}

function looksLikeWords(text: string): boolean {
  return /^\p{Lu}\p{Ll}|\p{L}{2}[,.;:…)]? \p{L}/u.test(text.replaceAll(SAME_EVERYWHERE, ""));
}

function isTechnical(node: Node): boolean {
  switch (node.type) {
    case "JSXAttribute":
      return TECHNICAL_ATTRIBUTES.test(nameOf(node.name));
    case "CallExpression":
    case "NewExpression":
      return TECHNICAL_CALLS.test(nameOf(node.callee)) || TECHNICAL_CALLS.test(nameOf((node.callee as Node).property));
    case "BinaryExpression":
      return /^[!=]==$/.test(node.operator as string);
    default:
      return false;
  }
}

/** Strings below children and text attributes are shown, through conditions and templates, but not into calls. */
function isShown(parent: Node, field: string, child: Node, shown: boolean): boolean {
  switch (parent.type) {
    case "JSXElement":
    case "JSXFragment":
      return field === "children" && (child.type === "JSXText" || child.type === "JSXExpressionContainer");
    case "JSXAttribute":
    case "Property":
      return field === "value" && TEXT_NAMES.test(nameOf(parent.name ?? parent.key));
    case "ConditionalExpression":
      return shown && field !== "test";
    case "JSXExpressionContainer":
    case "LogicalExpression":
    case "TSAsExpression":
    case "ArrayExpression":
      return shown;
    default:
      return false;
  }
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? node.value ?? "") : "";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

describe("texts outside the message file", () => {
  test.each([
    ["<p>Reading files</p>", "Reading files"],
    ["<p>{count} files</p>", "files"],
    ['<p>{busy ? "reading" : words.done}</p>', "reading"],
    [`<p>{\`\${count} files\`}</p>`, "0 files"],
    ['<button aria-label="close" />', "close"],
    ['<Tip text={busy && "reading"} />', "reading"],
    ['<Tip text={["reading"]} />', "reading"],
    ['notify(studio, "info", "Nothing to export.")', "Nothing to export."],
    ['[{ value: "a", text: "first" }]', "first"],
    ['(LABEL = "Orthophoto")', "Orthophoto"],
  ])("%s is found", (source, words) => {
    expect(literalTexts("sample.tsx", `const sample = ${source};`)).toEqual([`1: ${words}`]);
  });

  test.each([
    "<p>{words.title}</p>",
    "<p>{percent(share)} %, {distance} px · ×</p>",
    '<p className="strong quiet" data-role="hover text">{value}</p>',
    `<td key={\`\${id}-area of\`} style={{ width: "12px solid" }} />`,
    'theme === "Dark of night" ? 1 : 2',
    'new Error("a component is used outside")',
  ])("%s passes", (source) => {
    expect(literalTexts("sample.tsx", `const sample = ${source};`)).toEqual([]);
  });

  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^messages(\..*)?\.ts$/.test(name),
  );

  test("the page's components are looked at", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files).toContain("controls/Fault.tsx");
  });

  test.each(files)("%s writes none", (name) => {
    expect(literalTexts(name, readFileSync(new URL(name, FOLDER), "utf8"))).toEqual([]);
  });
});
