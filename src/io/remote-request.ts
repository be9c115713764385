/**
 * One question to a server that may be slow, busy or cut off: every wait is bounded, what may pass is asked again, and
 * what remains is a sentence.
 */
import { NadirError } from "../core/errors";

/** How long a server may be silent, and how often it is asked. */
export interface RemotePatience {
  /** Before the answer begins, and between two pieces of it. */
  readonly silenceMs: number;
  readonly times: number;
  /** Before the second attempt; doubled for each further one. */
  readonly pauseMs: number;
}

export const PATIENCE: RemotePatience = { silenceMs: 20_000, times: 4, pauseMs: 500 };

const REQUEST: RequestInit = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };

/** Busy, restarting, or too many questions (RFC 9110 §15, RFC 6585). */
const PASSING_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** What may be gone at the next attempt. */
class Passing extends Error {
  constructor(readonly told: NadirError) {
    super(told.message);
  }
}

/**
 * @param use  Reads the answer, which has a status below 400; calls `alive` with every piece that comes.
 * @throws {NadirError} `unreachable` when there is no answer, a refusal, or none to the end.
 */
export async function askServer<T>(
  url: string,
  name: string,
  init: RequestInit,
  patience: RemotePatience,
  use: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await askOnce(url, name, init, patience.silenceMs, use);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (time === patience.times) throw error.told;
    }
    await new Promise((resolve) => setTimeout(resolve, patience.pauseMs * 2 ** (time - 1)));
  }
}

async function askOnce<T>(
  url: string,
  name: string,
  init: RequestInit,
  silenceMs: number,
  use: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const place = new URL(url);
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  alive();
  try {
    const response = await fetch(url, { ...REQUEST, ...init, signal: silence.signal });
    alive();
    if (response.status < 400) return await use(response, alive);
    const told = refused(name, place, response.status);
    throw PASSING_STATUSES.includes(response.status) ? new Passing(told) : told;
  } catch (cause) {
    if (cause instanceof NadirError || cause instanceof Passing) throw cause;
    throw new Passing(silence.signal.aborted ? silent(name, place, silenceMs) : noConnection(name, place, cause));
  } finally {
    clearTimeout(timer);
    // What was not read of the answer is not wanted.
    silence.abort();
  }
}

/** The answer's bytes; null as soon as there are more than `most`. @throws What the connection says when it breaks. */
export async function readBody(
  response: Response,
  most: number,
  alive: () => void,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(most);
  const reader = response.body?.getReader();
  let length = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    alive();
    if (length + part.value.length > most) return null;
    bytes.set(part.value, length);
    length += part.value.length;
  }
  return bytes.slice(0, length);
}

/** An answer that began and came to no end: worth another attempt. */
export function broken(name: string, { host }: URL, what: string): Error {
  return new Passing(
    unreachable(name, {
      found: `${host} ${what}.`,
      needed: "The whole range that was asked for is needed.",
      next: "Try again, or download the file and open it from disk.",
    }),
  );
}

function silent(name: string, { host }: URL, silenceMs: number): NadirError {
  return unreachable(name, {
    found: `${host} has not answered for ${silenceMs / 1000} seconds, several times.`,
    needed: "A server that answers is needed.",
    next: "Check the network and try again, or download the file and open it from disk.",
  });
}

function noConnection(name: string, { host }: URL, cause: unknown): NadirError {
  return unreachable(
    name,
    {
      found: `${host} cannot be reached, breaks off, or does not allow other pages to read it (CORS); browsers do not say which.`,
      needed: "The server must answer with Access-Control-Allow-Origin.",
      next: "Check the address and the network, or download the file and open it from disk.",
    },
    cause,
  );
}

function refused(name: string, { host }: URL, status: number): NadirError {
  const isMissing = status === 404 || status === 410;
  const isForbidden = status === 401 || status === 403;
  return unreachable(name, {
    found: isMissing
      ? `${host} has no file at this address (${status}).`
      : isForbidden
        ? `${host} does not give this file to everybody (${status}).`
        : `${host} answered with status ${status}.`,
    needed: "A file that can be read without signing in is needed.",
    next: isMissing ? "Check the address." : "Download the file and open it from disk.",
  });
}

/** @param subject The file's name. */
export function unreachable(
  subject: string,
  sentences: { readonly found: string; readonly needed: string; readonly next: string },
  cause?: unknown,
): NadirError {
  return new NadirError({ code: "unreachable", subject, ...sentences }, { cause });
}
