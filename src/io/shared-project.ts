/**
 * A project to hand on (`.nadirz`): a ZIP archive of `project.nadir` and, where they are asked for, the runs' masks, one
 * raw byte per pixel row by row, as `masks/MASK.bin`. Rasters never are in it: whoever opens it has them.
 */
import { NadirError } from "../core/errors";
import type { GridSize } from "../core/raster/tile-grid";
import type { ByteSink } from "./byte-sink";
import type { MaskReader, MaskSink } from "./mask-store";
import { readZip, type ZipMember } from "./read-zip";
import { createZip } from "./write-zip";

export const SHARED_PROJECT = /\.nadirz$/i;

const PROJECT = "project.nadir";
const maskPath = (maskId: string) => `masks/${maskId}.bin`;

/** Pixels in flight. */
const MOST_BYTES = 1 << 22;

/** @param text  Of the project file. */
export async function writeSharedProject(
  sink: ByteSink,
  text: string,
  masks: readonly { readonly maskId: string; readonly reader: MaskReader }[],
  modified: Date,
): Promise<void> {
  const zip = createZip(sink, modified);
  const project = await zip.open(PROJECT);
  await project.write(0, new TextEncoder().encode(text));
  await project.close();
  for (const { maskId, reader } of masks) {
    const entry = await zip.open(maskPath(maskId));
    for (const rows of strips(reader)) {
      await entry.write(rows.row * reader.widthPx, await reader.read(rows));
    }
    await entry.close();
  }
  await zip.finish();
}

export interface SharedProject {
  readonly project: File;
  holdsMask(maskId: string): boolean;
  /** @throws {NadirError} `damaged-result` when it is not of that size, `not-a-raster` when it is damaged. */
  fillMask(maskId: string, size: GridSize, sink: MaskSink): Promise<void>;
}

/** @throws {NadirError} `bad-project` when there is no project in it, `not-a-raster` when it is no whole archive. */
export async function readSharedProject(archive: File): Promise<SharedProject> {
  const members = new Map((await readZip(archive, archive.name)).map((member) => [member.path, member]));
  const project = members.get(PROJECT);
  if (project === undefined) {
    throw new NadirError({
      code: "bad-project",
      subject: archive.name,
      found: `The archive holds no ${PROJECT}.`,
      needed: "A project that was saved with its scores or masks is needed.",
      next: "Have it saved again, or open a .nadir file.",
    });
  }
  return {
    project: new File([await project.unpack()], archive.name),
    holdsMask: (maskId) => members.has(maskPath(maskId)),
    async fillMask(maskId, size, sink) {
      const bytes = await unpackWhole(members.get(maskPath(maskId))!, size);
      for (const rows of strips(size)) {
        const from = rows.row * size.widthPx;
        const values = new Uint8Array(await bytes.slice(from, from + rows.heightPx * size.widthPx).arrayBuffer());
        await sink.writeRows({ ...rows, values });
      }
    },
  };
}

async function unpackWhole(member: ZipMember, { widthPx, heightPx }: GridSize): Promise<Blob> {
  if (member.bytes !== widthPx * heightPx) {
    throw new NadirError({
      code: "damaged-result",
      subject: member.path,
      found: `It holds ${member.bytes} pixels.`,
      needed: `The run that it belongs to has ${widthPx} × ${heightPx}.`,
      next: "Have the project saved again, or run again.",
    });
  }
  return member.unpack();
}

function* strips({ widthPx, heightPx }: GridSize) {
  const step = Math.max(1, Math.floor(MOST_BYTES / widthPx));
  for (let row = 0; row < heightPx; row += step) {
    yield { col: 0, row, widthPx, heightPx: Math.min(step, heightPx - row) };
  }
}
