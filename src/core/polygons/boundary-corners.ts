/** Which corners between the pixels of a class map are corners of a boundary: a bit each, so that neighbours can be seen. */

export interface BoundaryCorners {
  /** Boundaries turn or meet there. */
  has(x: number, y: number): boolean;
}

/** Takes every row from the top, then `finish`. */
export interface CornerFinder extends BoundaryCorners {
  pushRow(classIds: Uint8Array): void;
  finish(): void;
}

export function findBoundaryCorners(widthPx: number, heightPx: number): CornerFinder {
  const columns = widthPx + 1;
  const bits = new Uint8Array(Math.ceil((columns * (heightPx + 1)) / 8));
  // Outside is no class id.
  let above = new Int16Array(widthPx + 2).fill(-1);
  let current = new Int16Array(widthPx + 2).fill(-1);
  let row = 0;

  function line(): void {
    for (let x = 0; x <= widthPx; x++) {
      const [nw, ne, sw, se] = [above[x]!, above[x + 1]!, current[x]!, current[x + 1]!];
      const [top, bottom, left, right] = [nw !== ne, sw !== se, nw !== sw, ne !== se];
      const isStraight = (top && bottom && !left && !right) || (left && right && !top && !bottom);
      if ((top || bottom || left || right) && !isStraight) {
        const bit = row * columns + x;
        bits[Math.floor(bit / 8)]! |= 1 << (bit % 8);
      }
    }
    [above, current] = [current, above];
    row++;
  }

  return {
    has(x, y) {
      if (x < 0 || y < 0 || x > widthPx || y > heightPx) return false;
      const bit = y * columns + x;
      return (bits[Math.floor(bit / 8)]! & (1 << (bit % 8))) !== 0;
    },
    pushRow(classIds) {
      for (let col = 0; col < widthPx; col++) current[col + 1] = classIds[col]!;
      line();
    },
    finish() {
      current.fill(-1);
      line();
    },
  };
}
