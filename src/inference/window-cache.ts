/** Samples of whole windows from one round of strokes to the next: those used last stay, up to so many bytes. */

/** Fourteen windows of 256 px with 70 values per pixel. */
const MOST_BYTES = 256 * 2 ** 20;

export class WindowCache {
  private readonly windows = new Map<string, Float32Array>();
  private bytes = 0;

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** The samples kept under this key, which are then the last to go; null where there are none. */
  get(key: string): Float32Array | null {
    const values = this.windows.get(key);
    if (values === undefined) return null;
    this.windows.delete(key);
    this.windows.set(key, values);
    return values;
  }

  /** What is larger than all the room there is, is not kept. */
  put(key: string, values: Float32Array): void {
    this.drop(key);
    this.windows.set(key, values);
    this.bytes += values.byteLength;
    for (const oldest of this.windows.keys()) {
      if (this.bytes <= this.mostBytes) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.windows.get(key)?.byteLength ?? 0;
    this.windows.delete(key);
  }
}
