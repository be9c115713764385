/**
 * Runs async tasks one after another; a failed task never blocks the next.
 *
 * onnxruntime-web crashes or hangs when two sessions are created or run at the same time (microsoft/onnxruntime #32561),
 * so every call of it goes through one queue.
 */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();

  add<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task, task);
    this.tail = result.catch(() => undefined);
    return result;
  }
}
