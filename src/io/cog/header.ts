/** Everything before the tiles: file header, GDAL's ghost area, and all directories. */
import type { Crs } from "../../core/georef/crs";
import type { Geotransform } from "../../core/georef/geotransform";
import { geoFields } from "./geo-fields";
import { COG_TILE_PX, type CogLevel } from "./level";
import { directoryBytes, encodeDirectory, type TiffField } from "./tiff-directory-bytes";

export interface CogFields {
  readonly grid: { readonly geotransform: Geotransform | null; readonly crs: Crs | null };
  /** Fields every directory carries besides size, tiling and position. */
  readonly sampleFields: readonly TiffField[];
  /** Fields of the full-resolution directory only (metadata). */
  readonly mainFields: readonly TiffField[];
}

/** Marks the file as a COG for GDAL; the trailing space is part of the format. */
const GHOST_BODY =
  "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n" +
  "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n ";
const GHOST = `GDAL_STRUCTURAL_METADATA_SIZE=${String(GHOST_BODY.length).padStart(6, "0")} bytes\n${GHOST_BODY}`;

/** Its size is known at once; its bytes when the tiles' offsets and sizes have been filled in. */
export function createHeader(levels: readonly CogLevel[], fields: CogFields, bigTiff: boolean) {
  const fieldsOf = (level: CogLevel, index: number): TiffField[] => [
    ...(index === 0 ? [] : [{ tag: 254, type: "long", values: [1] } as const]),
    { tag: 256, type: "long", values: [level.widthPx] },
    { tag: 257, type: "long", values: [level.heightPx] },
    { tag: 259, type: "short", values: [8] },
    { tag: 277, type: "short", values: [1] },
    { tag: 284, type: "short", values: [1] },
    { tag: 322, type: "short", values: [COG_TILE_PX] },
    { tag: 323, type: "short", values: [COG_TILE_PX] },
    { tag: 324, type: "offset", values: level.offsets },
    { tag: 325, type: "long", values: level.byteCounts },
    ...fields.sampleFields,
    ...(index === 0 ? [...geoFields(fields.grid.geotransform, fields.grid.crs), ...fields.mainFields] : []),
  ];
  const start = Math.ceil(((bigTiff ? 16 : 8) + GHOST.length) / 8) * 8;
  const positions: number[] = [];
  let end = start;
  for (const [index, level] of levels.entries()) {
    positions.push(end);
    end += directoryBytes(fieldsOf(level, index), bigTiff);
  }
  return {
    bytes: end,
    encode(): Uint8Array<ArrayBuffer> {
      const out = new Uint8Array(end);
      const view = new DataView(out.buffer);
      out.set([0x49, 0x49, bigTiff ? 43 : 42, 0]);
      if (bigTiff) {
        view.setUint16(4, 8, true);
        view.setBigUint64(8, BigInt(start), true);
      } else view.setUint32(4, start, true);
      out.set(new TextEncoder().encode(GHOST), bigTiff ? 16 : 8);
      for (const [index, level] of levels.entries()) {
        const position = positions[index]!;
        out.set(encodeDirectory(fieldsOf(level, index), bigTiff, position, positions[index + 1] ?? 0), position);
      }
      return out;
    },
  };
}
