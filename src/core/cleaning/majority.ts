/**
 * Majority filter while rows stream by: every pixel becomes the class that most pixels of the square around it have.
 * Where several are equally many it stays if it is one of them, else it takes the lowest id. Pixels that are ignored
 * stay so and count nowhere; beyond the raster there is nothing.
 */

export interface MajorityFilter {
  /** Takes the next row; returns the oldest one that is decided now, or null. The row is kept: hand in a fresh one. */
  push(row: Uint8Array): Uint8Array | null;
  /** The rows that are still missing, after the last one was pushed. */
  finish(): Uint8Array[];
}

/** @param sidePx Odd, at least 3. */
export function createMajorityFilter(widthPx: number, sidePx: number, ignoredId: number): MajorityFilter {
  const reach = (sidePx - 1) / 2;
  const rows: Uint8Array[] = [];
  /** Pixels of each class in the columns of the square, 256 a column. */
  const inColumn = new Uint16Array(widthPx * 256);
  /** One more than the highest id that was met; maps have few classes. */
  let idCount = 0;
  let pushed = 0;
  let decided = 0;

  function count(row: Uint8Array, step: 1 | -1): void {
    for (let col = 0; col < widthPx; col++) {
      const id = row[col]!;
      if (id === ignoredId) continue;
      if (id >= idCount) idCount = id + 1;
      inColumn[col * 256 + id]! += step;
    }
  }

  function decide(): Uint8Array {
    const first = Math.max(0, decided - reach);
    // Rows are counted when they are pushed; those above the square leave it.
    while (pushed - rows.length < first) count(rows.shift()!, -1);
    const own = rows[decided - (pushed - rows.length)]!;
    const result = new Uint8Array(widthPx);
    const counts = new Uint32Array(256);
    const add = (col: number, step: 1 | -1) => {
      for (let id = 0; id < idCount; id++) counts[id]! += step * inColumn[col * 256 + id]!;
    };
    for (let col = 0; col < Math.min(reach, widthPx); col++) add(col, 1);
    for (let col = 0; col < widthPx; col++) {
      if (col + reach < widthPx) add(col + reach, 1);
      if (col - reach > 0) add(col - reach - 1, -1);
      result[col] = own[col] === ignoredId ? ignoredId : mostFrequent(counts, own[col]!, idCount);
    }
    decided++;
    return result;
  }

  return {
    push(row) {
      rows.push(row);
      pushed++;
      count(row, 1);
      return pushed > reach ? decide() : null;
    },
    finish() {
      const rest: Uint8Array[] = [];
      while (decided < pushed) rest.push(decide());
      return rest;
    },
  };
}

function mostFrequent(counts: Uint32Array, own: number, idCount: number): number {
  let best = own;
  for (let id = 0; id < idCount; id++) {
    if (counts[id]! > counts[best]!) best = id;
  }
  return best;
}
