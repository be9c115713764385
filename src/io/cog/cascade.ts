/** All overviews of a raster while its rows stream by once. */
import { COG_TILE_PX, type CogLevel, type SampleFormat } from "./level";

/**
 * Rows of level 0 go in, each when the one before is through; each level halves pairs of rows of the one above.
 *
 * @param onTileRow Told of every full row of tiles of an overview, held full width, and of the last, which may be lower.
 */
export function createCascade<Row extends Uint8Array | Float32Array>(
  levels: readonly CogLevel[],
  format: SampleFormat<Row>,
  onTileRow: (level: CogLevel, samples: Row, rows: number) => Promise<void>,
) {
  const tileRows = levels.map(({ widthPx }, index) => format.createRow(index === 0 ? 0 : widthPx * COG_TILE_PX));
  const pending: (Row | null)[] = levels.map(() => null);
  const filled = levels.map(() => 0);

  async function pushTo(index: number, row: Row): Promise<void> {
    const level = levels[index]!;
    if (index > 0) {
      const samples = tileRows[index]!;
      (samples as Uint8Array).set(row as Uint8Array, (filled[index]! % COG_TILE_PX) * level.widthPx);
      filled[index]!++;
      const atEdge = filled[index]! % COG_TILE_PX === 0 || filled[index] === level.heightPx;
      if (atEdge) await onTileRow(level, samples, ((filled[index]! - 1) % COG_TILE_PX) + 1);
    }
    if (index + 1 >= levels.length) return;
    const upper = pending[index]!;
    if (upper === null) {
      pending[index] = row.slice() as Row;
      return;
    }
    pending[index] = null;
    await pushTo(index + 1, halve(index, upper, row));
  }

  function halve(index: number, upper: Row, lower: Row | null): Row {
    const out = format.createRow(levels[index + 1]!.widthPx);
    format.reduce(upper, lower, levels[index]!.widthPx, out);
    return out;
  }

  return {
    push: (row: Row) => pushTo(0, row),
    /** Odd heights leave a last row without a partner on some levels, from the finest to the coarsest. */
    async finish(): Promise<void> {
      for (let index = 0; index + 1 < levels.length; index++) {
        const upper = pending[index];
        if (upper == null) continue;
        pending[index] = null;
        await pushTo(index + 1, halve(index, upper, null));
      }
    },
  };
}
