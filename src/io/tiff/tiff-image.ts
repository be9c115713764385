/**
 * Pixels of one TIFF directory: blocks fetched by range, decoded once, kept while there is room, cut to rectangles.
 */
import type { CancelSignal } from "../../core/cancel";
import { letMessagesIn } from "../../core/let-messages-in";
import { type BandArray, bytesPerSample, createBandArray } from "../../core/raster/dtype";
import type { PixelRect } from "../../core/raster/raster";
import type { ByteSource } from "../byte-source";
import { decompressBlock } from "./decompress";
import type { TiffDirectory, TiffFile } from "./directory";
import {
  bandsPerBlock,
  blockTables,
  checkBlockSize,
  type ImageLayout,
  readImageLayout,
  storedRowBytes,
  TAG,
} from "./image-layout";
import { unpackSamples } from "./unpack-samples";

/** Uncompressed strips are read in pieces of about this size, so that a one-strip file costs no more than a tiled one. */
const RAW_PIECE_BYTES = 1 << 20;
const CONCURRENT_BLOCKS = 6;

export interface TiffImage {
  readonly layout: ImageLayout;
  /** One array per wanted band, `rect.widthPx * rect.heightPx` samples. The rectangle lies inside the image. */
  readRect(rect: PixelRect, bands: readonly number[], signal?: CancelSignal): Promise<BandArray[]>;
}

/** Decoded blocks of all images of a file share one budget. */
export class BlockCache {
  #blocks = new Map<string, { bands: Promise<BandArray[]>; bytes: number }>();
  #bytes = 0;

  constructor(readonly capacityBytes: number) {}

  get(key: string, bytes: number, load: () => Promise<BandArray[]>): Promise<BandArray[]> {
    const cached = this.#blocks.get(key);
    if (cached !== undefined) {
      this.#blocks.delete(key);
      this.#blocks.set(key, cached);
      return cached.bands;
    }
    const bands = load();
    bands.catch(() => this.#remove(key));
    this.#blocks.set(key, { bands, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#blocks.keys()) {
      if (this.#bytes <= this.capacityBytes || oldest === key) break;
      this.#remove(oldest);
    }
    return bands;
  }

  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const entry = this.#blocks.get(key);
    if (entry === undefined) return;
    this.#blocks.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** Where the piece of a block that is decoded in one go lies in the image. */
interface Piece {
  readonly blockIndex: number;
  readonly firstRow: number;
  readonly rows: number;
  /** Rows of the stored block that come before this piece. */
  readonly skippedRows: number;
  /** Rows the stored block holds. */
  readonly blockRows: number;
}

/** How the blocks of an image are cut into pieces. */
interface PieceGrid {
  /** Uncompressed strips are read in several pieces each; any other block is one. */
  readonly splits: boolean;
  /** Row of pieces that holds an image row. */
  at(row: number): number;
  describe(pieceRow: number, blockCol: number, band: number): Piece;
}

function pieceGrid(layout: ImageLayout): PieceGrid {
  const { blockHeightPx, blocksAcross, blocksDown, heightPx } = layout;
  const splits = layout.compression === 1 && !layout.tiled;
  const pieceRows = splits
    ? Math.min(blockHeightPx, Math.max(1, Math.floor(RAW_PIECE_BYTES / storedRowBytes(layout))))
    : blockHeightPx;
  const piecesPerBlock = Math.ceil(blockHeightPx / pieceRows);
  return {
    splits,
    at(row) {
      const block = Math.floor(row / blockHeightPx);
      return block * piecesPerBlock + Math.floor((row - block * blockHeightPx) / pieceRows);
    },
    describe(pieceRow, blockCol, band) {
      const blockRow = Math.floor(pieceRow / piecesPerBlock);
      const skippedRows = (pieceRow % piecesPerBlock) * pieceRows;
      const firstRow = blockRow * blockHeightPx + skippedRows;
      // The last strip is as short as the image. Tiles are stored whole, but some writers stop at the image's edge, so
      // only the rows inside the image are asked of them.
      const blockRows = Math.min(blockHeightPx, heightPx - blockRow * blockHeightPx);
      const plane = layout.planar ? band * blocksAcross * blocksDown : 0;
      return {
        blockIndex: plane + blockRow * blocksAcross + blockCol,
        firstRow,
        rows: Math.min(pieceRows, blockRows - skippedRows),
        skippedRows,
        blockRows,
      };
    },
  };
}

/**
 * @param fillValue What absent (sparse) blocks read as: nodata, or 0.
 * @param cacheKey Distinguishes the images that share `cache`.
 * @throws {NadirError} When the directory does not describe a readable image.
 */
export async function openTiffImage(
  file: TiffFile,
  directory: TiffDirectory,
  cache: BlockCache,
  cacheKey: string,
  fillValue = 0,
): Promise<TiffImage> {
  const { source, littleEndian } = file;
  const layout = await readImageLayout(directory, source.name);
  const jpegTables = layout.compression === 7 ? await directory.bytes(TAG.jpegTables) : null;
  const lerc = layout.compression === 34887 ? await directory.numbers(TAG.lercParameters) : [];
  const context = { name: source.name, layout, jpegTables, lercAdditionalCompression: lerc[1] ?? 0 };
  const { offsetsTag, countsTag } = blockTables(directory, layout.tiled);
  const rowBytes = storedRowBytes(layout);
  const pieces = pieceGrid(layout);

  async function storedAt(piece: Piece): Promise<{ readonly offset: number; readonly claimed: number }> {
    const offset = await directory.numberAt(offsetsTag, piece.blockIndex);
    return { offset, claimed: await storedBytes(directory, countsTag, offset, piece, layout, source) };
  }

  async function decodePiece(piece: Piece): Promise<BandArray[]> {
    const { offset, claimed } = await storedAt(piece);
    checkBlockSize(layout, piece.rows, claimed, source.name);
    const stored = pieces.splits
      ? await source.read(offset + piece.skippedRows * rowBytes, piece.rows * rowBytes)
      : await source.read(offset, claimed);
    const decoded = await decompressBlock(stored, piece.rows, context);
    return unpackSamples(decoded, piece.rows, layout, littleEndian);
  }

  /** Null for a block that the file leaves out: its pixels are known without any of them being made. */
  async function loadPiece(piece: Piece): Promise<BandArray[] | null> {
    const { offset, claimed } = await storedAt(piece);
    if (offset === 0 || claimed === 0) return null;
    const bytes = layout.blockWidthPx * piece.rows * bandsPerBlock(layout) * bytesPerSample(layout.dtype);
    return cache.get(`${cacheKey}/${piece.blockIndex}/${piece.skippedRows}`, bytes, () => decodePiece(piece));
  }

  return {
    layout,
    readRect: (rect, bands, signal) => readPieces(rect, bands, { layout, pieces, loadPiece, fillValue }, signal),
  };
}

/** A rectangle put together from the pieces it touches. */
async function readPieces(
  rect: PixelRect,
  bands: readonly number[],
  image: {
    readonly layout: ImageLayout;
    readonly pieces: PieceGrid;
    readonly loadPiece: (piece: Piece) => Promise<BandArray[] | null>;
    readonly fillValue: number;
  },
  signal: CancelSignal | undefined,
): Promise<BandArray[]> {
  const { layout, pieces, loadPiece, fillValue } = image;
  const out = bands.map(() => createBandArray(layout.dtype, rect.widthPx * rect.heightPx));
  const jobs = [...piecesOver(rect, layout, pieces)].flatMap(([pieceRow, blockCol, block]) => {
    const paste = (samples: BandArray | undefined, target: BandArray) =>
      copyOverlap(samples ?? fillValue, block, layout.widthPx, target, rect);
    if (layout.planar) {
      return bands.map((band, index) => async () => {
        paste((await loadPiece(pieces.describe(pieceRow, blockCol, band)))?.[0], out[index]!);
      });
    }
    return async () => {
      const decoded = await loadPiece(pieces.describe(pieceRow, blockCol, 0));
      for (const [index, band] of bands.entries()) paste(decoded?.[band], out[index]!);
    };
  });
  await runJobs(jobs, signal);
  return out;
}

/** Row and column of the pieces that a rectangle touches, and where each lies. */
function* piecesOver(rect: PixelRect, { blockWidthPx }: ImageLayout, pieces: PieceGrid) {
  const lastPiece = pieces.at(rect.row + rect.heightPx - 1);
  const lastCol = Math.floor((rect.col + rect.widthPx - 1) / blockWidthPx);
  for (let pieceRow = pieces.at(rect.row); pieceRow <= lastPiece; pieceRow++) {
    for (let blockCol = Math.floor(rect.col / blockWidthPx); blockCol <= lastCol; blockCol++) {
      const { firstRow, rows } = pieces.describe(pieceRow, blockCol, 0);
      const block = { col: blockCol * blockWidthPx, row: firstRow, widthPx: blockWidthPx, heightPx: rows };
      yield [pieceRow, blockCol, block] as const;
    }
  }
}

/**
 * Blocks may hang over the right and lower edge of an image of `widthPx`; the rectangle never does, so no clipping to
 * the image is needed.
 *
 * @param samples Of the block, or the value of all of them.
 */
function copyOverlap(
  samples: BandArray | number,
  block: PixelRect,
  widthPx: number,
  target: BandArray,
  rect: PixelRect,
): void {
  const left = Math.max(block.col, rect.col);
  const right = Math.min(block.col + block.widthPx, rect.col + rect.widthPx, widthPx);
  const top = Math.max(block.row, rect.row);
  const bottom = Math.min(block.row + block.heightPx, rect.row + rect.heightPx);
  for (let row = top; row < bottom; row++) {
    const from = (row - block.row) * block.widthPx + left - block.col;
    const to = (row - rect.row) * rect.widthPx + left - rect.col;
    if (typeof samples === "number") target.fill(samples, to, to + right - left);
    else target.set(samples.subarray(from, from + right - left), to);
  }
}

/** Bytes a block takes in the file; when the table lacks it, what the layout implies, or all that is left. */
async function storedBytes(
  directory: TiffDirectory,
  countsTag: number,
  offset: number,
  piece: Piece,
  layout: ImageLayout,
  source: ByteSource,
): Promise<number> {
  const impliedBytes = storedRowBytes(layout) * piece.blockRows;
  if (piece.blockIndex < directory.count(countsTag)) {
    const claimed = await directory.numberAt(countsTag, piece.blockIndex);
    // Some writers store 0 or a wrong count for uncompressed blocks; their size follows from the layout.
    if (layout.compression === 1 && claimed > 0) return impliedBytes;
    return claimed;
  }
  return layout.compression === 1 ? impliedBytes : Math.max(0, Math.min(source.size - offset, impliedBytes * 2 + 4096));
}

async function runJobs(jobs: readonly (() => Promise<void>)[], signal?: CancelSignal): Promise<void> {
  let next = 0;
  async function work(): Promise<void> {
    while (next < jobs.length) {
      signal?.throwIfAborted();
      await letMessagesIn();
      if (next < jobs.length) await jobs[next++]!();
    }
  }
  signal?.throwIfAborted();
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_BLOCKS, jobs.length) }, work));
}
