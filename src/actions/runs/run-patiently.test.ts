import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunCheckpoint } from "../../core/run/run-checkpoint";
import type { EngineRunProgress, EngineRunRequest, EngineRunResult } from "../../workers/engine-protocol";
import type { CallOptions } from "../../workers/rpc";
import { askPatiently } from "./ask-patiently";
import { type PatientRunOptions, runPatiently } from "./run-patiently";

const PATIENCE = { tickMs: 5, silentTicks: 10, silenceFactor: 4, leastTicks: 10, cancelTicks: 4, mostRestarts: 2 };
const DONE = { maskId: "mask" } as EngineRunResult;
const checkpoint = (nextRow: number): RunCheckpoint => ({
  strip: 0,
  stripCount: 1,
  nextRow,
  windows: { run: nextRow, skipped: 0 },
  classPixels: [],
  nodataPixels: 0,
});
const progress = (reached?: RunCheckpoint, windowsDone = 0): EngineRunProgress => ({
  windowsDone,
  windowsTotal: 9,
  windowsPerSecond: 0,
  secondsLeft: null,
  stage: "running",
  ...(reached && { checkpoint: reached }),
});

type Life = (request: EngineRunRequest, tell: (progress: EngineRunProgress) => void) => Promise<EngineRunResult>;

/** An engine whose nth life behaves as told; a life that is ended rejects what it had not answered. */
function engineOf(...lives: readonly Life[]) {
  const asked: (number | null)[] = [];
  let life = 0;
  let end: () => void = () => undefined;
  return {
    asked,
    call: ((_: string, request: EngineRunRequest, { onProgress }: CallOptions) => {
      asked.push(request.resume?.nextRow ?? null);
      const ended = new Promise<never>((_, reject) => {
        end = () => reject(new DOMException("ended", "AbortError"));
      });
      return Promise.race([lives[life]!(request, onProgress as (progress: EngineRunProgress) => void), ended]);
    }) as never,
    restart() {
      life++;
      end();
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets the time pass in which `result` comes to its end. */
async function ended<T>(result: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  result.then(over, over);
  while (!isOver) await vi.advanceTimersByTimeAsync(PATIENCE.tickMs);
  return result;
}

const silence = new Promise<never>(() => undefined);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function run(engine: ReturnType<typeof engineOf>, change: Partial<PatientRunOptions> = {}, patience = PATIENCE) {
  const rows: number[] = [];
  const result = runPatiently(
    engine,
    {} as EngineRunRequest,
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      isPaused: () => false,
      onRestart: (row) => rows.push(row),
      ...change,
    },
    patience,
  );
  return { rows, result };
}

test("an engine that falls silent is replaced, and the run goes on from its last finished strip", async () => {
  const engine = engineOf(
    () => silence,
    async (_, tell) => {
      tell(progress(checkpoint(64)));
      tell(progress());
      return silence;
    },
    async () => DONE,
  );
  const { rows, result } = run(engine);
  expect(await ended(result)).toBe(DONE);
  expect(engine.asked).toEqual([null, null, 64]);
  expect(rows).toEqual([0, 64]);
});

test("an engine that says something now and then is left alone, however long it takes", async () => {
  const engine = engineOf(async (_, tell) => {
    for (let word = 0; word < 6; word++) {
      await pause(20);
      tell(progress());
    }
    return DONE;
  });
  const { rows, result } = run(engine);
  expect(await ended(result)).toBe(DONE);
  expect(rows).toEqual([]);
});

test("between windows the run's own pace says what silence is", async () => {
  const patience = { ...PATIENCE, silentTicks: 100_000 };
  const stuck = engineOf(
    async (_, tell) => {
      for (const done of [1, 2, 3]) tell(progress(undefined, done));
      return silence;
    },
    async () => DONE,
  );
  const { rows, result } = run(stuck, {}, patience);
  expect(await ended(result)).toBe(DONE);
  expect(rows).toEqual([0]);

  const slow = engineOf(async (_, tell) => {
    for (const done of [1, 2, 3]) {
      await pause(100);
      tell(progress(undefined, done));
    }
    await pause(150);
    return DONE;
  });
  const left = run(slow, {}, patience);
  expect(await ended(left.result)).toBe(DONE);
  expect(left.rows).toEqual([]);
});

test("a paused run may be silent", async () => {
  let paused = true;
  const engine = engineOf(async () => {
    await pause(200);
    paused = false;
    return DONE;
  });
  const { rows, result } = run(engine, { isPaused: () => paused });
  expect(await ended(result)).toBe(DONE);
  expect(rows).toEqual([]);
});

test("a cancelled run ends although its engine does not answer, and the next engine is a fresh one", async () => {
  const engine = engineOf(() => silence);
  const controller = new AbortController();
  const { rows, result } = run(engine, { signal: controller.signal });
  controller.abort();
  await expect(ended(result)).rejects.toMatchObject({ name: "AbortError" });
  expect(rows).toEqual([]);
});

test("after three silent engines the run ends with a sentence", async () => {
  const engine = engineOf(
    () => silence,
    () => silence,
    () => silence,
  );
  await expect(ended(run(engine).result)).rejects.toThrow(/stopped answering 3 times/);
});

test("a question with no restarts left is asked once, and the next engine is a fresh one", async () => {
  let restarts = 0;
  const answer = askPatiently(
    { restart: () => void restarts++ },
    () => silence,
    { signal: new AbortController().signal, onProgress: () => undefined },
    { ...PATIENCE, mostRestarts: 0 },
  );
  await expect(ended(answer)).rejects.toThrow(/stopped answering\. /);
  expect(restarts).toBe(1);
});

test("what an engine throws is the run's own error", async () => {
  const engine = engineOf(async () => {
    throw new TypeError("broken");
  });
  await expect(ended(run(engine).result)).rejects.toThrow("broken");
});
