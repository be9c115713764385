/**
 * Servers that do what servers do: slow, busy, cut off, replaced under the reader's hands, or wrong about ranges. Every
 * byte that is read is the file's own, or there is a sentence.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { findRemoteFile, remoteSource } from "../../io/remote-file";
import type { RemotePatience } from "../../io/remote-request";
import { serverOfTests } from "../test-server";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 31 + (at >> 8)) % 251);
const OTHER = BYTES.map((byte) => 255 - byte);

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly from: number;
  readonly to: number;
  /** How often this mode was asked before, HEAD not counted. */
  readonly time: number;
}

/** What the server answers, as headers and body; plain serving where a mode leaves something out. */
function serve(
  { response, from, to }: Asked,
  change: { status?: number; headers?: Record<string, string | undefined>; body?: Uint8Array } = {},
): void {
  const said: Record<string, string | undefined> = {
    "Content-Range": `bytes ${from}-${to}/${BYTES.length}`,
    ETag: '"one"',
    "Last-Modified": "Sat, 01 Nov 2025 10:00:00 GMT",
    ...change.headers,
  };
  const headers = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  response.writeHead(change.status ?? 206, headers as Record<string, string>);
  response.end(change.body ?? BYTES.subarray(from, to + 1));
}

const HIDDEN = { "Content-Range": undefined };
const part = (from: number, to: number) => BYTES.subarray(from, to + 1);
/** Headers and the first half of the body, and then nothing more. */
const halfOf = (asked: Asked) => {
  const { response, from, to } = asked;
  response.writeHead(206, { "Content-Range": `bytes ${from}-${to}/${BYTES.length}`, "Content-Length": to - from + 1 });
  response.write(part(from, from + Math.floor((to - from) / 2)));
};
const busy = ({ response }: Asked, status: number, headers = {}) => void response.writeHead(status, headers).end();
/** The first two answers are those to opening the file. */
const later = (time: number) => time > 2;

/** What is asked of the mode, and what must come of it. */
type Mode = readonly [name: string, answer: (asked: Asked) => void, expected: "survived" | RegExp];

const MODES: readonly Mode[] = [
  ["plain ranges", serve, "survived"],
  ["hides Content-Range", (asked) => serve(asked, { headers: HIDDEN }), "survived"],
  [
    "says no size in Content-Range",
    (a) => serve(a, { headers: { "Content-Range": `bytes ${a.from}-${a.to}/*` } }),
    "survived",
  ],
  [
    "no ETag, no Last-Modified",
    (asked) => serve(asked, { headers: { ETag: undefined, "Last-Modified": undefined } }),
    "survived",
  ],
  [
    "gives less than asked, and says so",
    (asked) => {
      const to = Math.min(asked.to, asked.from + 999);
      serve({ ...asked, to });
    },
    "survived",
  ],
  ["ignores ranges", (asked) => serve(asked, { status: 200, headers: HIDDEN, body: BYTES }), /sends whole files only/],
  [
    "ignores ranges later",
    (asked) => (later(asked.time) ? serve(asked, { status: 200, headers: HIDDEN, body: BYTES }) : serve(asked)),
    /sends whole files only/,
  ],
  [
    "answers from byte 0, and says so",
    (a) =>
      serve(a, {
        headers: { "Content-Range": `bytes 0-${a.to - a.from}/${BYTES.length}` },
        body: part(0, a.to - a.from),
      }),
    /other bytes than it was asked for/,
  ],
  [
    "answers from byte 0, hidden",
    (a) => serve(a, { headers: HIDDEN, body: part(0, a.to - a.from) }),
    /other bytes than it was asked for/,
  ],
  [
    "answers from byte 0, and lies",
    (a) => serve(a, { body: part(0, a.to - a.from) }),
    /other bytes than it was asked for/,
  ],
  [
    "answers a byte further on",
    (a) =>
      serve(a, {
        headers: { "Content-Range": `bytes ${a.from + 1}-${a.to + 1}/${BYTES.length}` },
        body: part(a.from + 1, a.to + 1),
      }),
    /other bytes than it was asked for/,
  ],
  ["sends more than asked", (asked) => serve(asked, { body: BYTES }), /other bytes than it was asked for/],
  [
    "never stops sending",
    ({ response }) => {
      response.writeHead(206);
      const more = () => {
        while (!response.destroyed && response.write(BYTES));
      };
      response.on("drain", more);
      more();
    },
    /other bytes than it was asked for/,
  ],
  [
    "several parts at once",
    (a) => serve(a, { headers: { "Content-Type": "multipart/byteranges; boundary=x" } }),
    /other bytes than it was asked for/,
  ],
  [
    "fewer bytes than promised",
    (a) => serve(a, { body: part(a.from, a.to - 1) }),
    /broke off|cannot be reached, breaks off/,
  ],
  ["no bytes at all", (a) => serve(a, { body: new Uint8Array(0) }), /broke off/],
  [
    "breaks off once",
    (asked) => {
      if (asked.time !== 3) return serve(asked);
      halfOf(asked);
      asked.response.destroy();
    },
    "survived",
  ],
  [
    "always breaks off",
    (asked) => {
      halfOf(asked);
      asked.response.destroy();
    },
    /breaks off/,
  ],
  ["hangs up once", (asked) => (asked.time === 2 ? void asked.response.destroy() : serve(asked)), "survived"],
  ["stalls before the answer", () => undefined, /has not answered/],
  ["stalls in the middle", halfOf, /has not answered/],
  ["busy once (503)", (asked) => (asked.time === 1 ? busy(asked, 503) : serve(asked)), "survived"],
  ["too many questions once (429)", (asked) => (asked.time === 3 ? busy(asked, 429) : serve(asked)), "survived"],
  ["always busy (503)", (asked) => busy(asked, 503), /answered with status 503/],
  ["no such file (404)", (asked) => busy(asked, 404), /has no file at this address/],
  ["not for everybody (403)", (asked) => busy(asked, 403), /does not give this file to everybody/],
  [
    "deleted after opening",
    (asked) => (later(asked.time) ? busy(asked, 404) : serve(asked)),
    /has no file at this address/,
  ],
  [
    "replaced after opening: ETag",
    (a) =>
      later(a.time) ? serve(a, { headers: { ETag: '"two"' }, body: OTHER.subarray(a.from, a.to + 1) }) : serve(a),
    /was replaced after it had been opened/,
  ],
  [
    "replaced after opening: Last-Modified",
    (a) =>
      later(a.time)
        ? serve(a, { headers: { "Last-Modified": "Sun, 02 Nov 2025 10:00:00 GMT", ETag: undefined } })
        : serve(a),
    /was replaced after it had been opened/,
  ],
  [
    "replaced after opening: size",
    (a) =>
      later(a.time)
        ? serve(a, {
            headers: { "Content-Range": `bytes ${a.from}-${a.to}/300001`, ETag: undefined, "Last-Modified": undefined },
          })
        : serve(a),
    /was replaced after it had been opened/,
  ],
  [
    "replaced by one that is sent whole",
    (a) => (later(a.time) ? serve(a, { status: 200, headers: { ...HIDDEN, ETag: '"two"' }, body: OTHER }) : serve(a)),
    /was replaced after it had been opened/,
  ],
  [
    "moved to another address",
    (a) => (a.request.url!.endsWith("moved") ? serve(a) : busy(a, 302, { Location: `${a.request.url}?moved` })),
    "survived",
  ],
  ["moved in a circle", (asked) => busy(asked, 302, { Location: asked.request.url! }), /cannot be reached/],
  ["an empty file (416)", (asked) => busy(asked, 416, { "Content-Range": "bytes */0" }), /answered with status 416/],
];

const asked = new Map<string, number>();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url!, "http://server.test");
  const name = pathname.includes("%E0") ? "" : decodeURIComponent(pathname.slice(1)).replace(".tif", "");
  if (request.method === "HEAD") {
    response.writeHead(200, { "Content-Length": BYTES.length }).end();
    return;
  }
  const time = (asked.get(name) ?? 0) + 1;
  asked.set(name, time);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const [, serveMode] = MODES.find(([mode]) => mode === name) ?? MODES[0]!;
  serveMode({ request, response, from: Number(from), to: Number(to), time });
}

/** Silence is waited for only where it is certain to come. */
function patienceFor(name: string): RemotePatience {
  return { silenceMs: name.startsWith("stalls") ? 50 : 60_000, times: 3, pauseMs: 1 };
}

describe("remote server", () => {
  const server = serverOfTests(answer);

  /** Two pages of the cache, and a range that goes past it. */
  async function readAll(name: string): Promise<readonly Uint8Array[]> {
    const patience = patienceFor(name);
    const source = remoteSource(
      await findRemoteFile(`${server.root}/${encodeURIComponent(name)}.tif`, patience),
      patience,
    );
    return [await source.read(70_000, 100), await source.read(100_000, 120_000), await source.read(299_990, 10)];
  }

  test.each(MODES.filter(([, , expected]) => expected === "survived"))("%s → survived", async (name) => {
    const expected = [part(70_000, 70_099), part(100_000, 219_999), part(299_990, 299_999)];
    for (const [at, bytes] of (await readAll(name)).entries()) {
      expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
    }
  });

  test.each(MODES.filter(([, , expected]) => expected !== "survived"))("%s → refused", async (name, _, sentence) => {
    const failure = await readAll(name).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unreachable" });
    expect((failure as Error).message).toMatch(sentence as RegExp);
  });

  test("an address whose escapes make no sense → survived", async () => {
    const found = await findRemoteFile(`${server.root}/%E0%A4%A.tif`, patienceFor(""));
    expect(found).toMatchObject({ name: "%E0%A4%A.tif", size: BYTES.length });
  });
});
