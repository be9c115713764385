/** A `.zip` archive as the files it holds, each known to lie in a folder named after the archive. */
import { NadirError, type NadirErrorFacts } from "../core/errors";
import { isSystemFile, MOST_FILES } from "./file-place";
import { describeByName } from "./foreign-files";
import { readZip, type ZipMember } from "./read-zip";

export interface UnpackedArchive {
  readonly files: readonly { readonly file: File; readonly folder: string }[];
  /** What is not taken, by name inside the archive. */
  readonly refused: readonly { readonly fileName: string; readonly error: NadirErrorFacts }[];
}

/** Deflated members of one archive, unpacked, together. */
const MOST_UNPACKED_BYTES = 2 ** 33;

/**
 * Members that no part of the studio reads are told by their names and never unpacked.
 *
 * @throws {NadirError} When it is no archive, or one of more files than are looked at.
 */
export async function unpackArchive(archive: Blob & { readonly name: string }): Promise<UnpackedArchive> {
  const members = (await readZip(archive, archive.name)).filter(({ path }) => !isSystemFile(path));
  if (members.length > MOST_FILES) {
    throw new NadirError({
      code: "not-a-raster",
      subject: archive.name,
      found: `The archive holds ${members.length} files.`,
      needed: `At most ${MOST_FILES} are looked at.`,
      next: "Unpack it, and drop the folders that belong together.",
    });
  }
  const files: UnpackedArchive["files"][number][] = [];
  const refused: UnpackedArchive["refused"][number][] = [];
  let left = MOST_UNPACKED_BYTES;
  for (const member of members) {
    const { path, bytes, isStored } = member;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const foreign = isNeeded(name) ? null : describeByName(name);
    if (foreign !== null) {
      refused.push({ fileName: name, error: { code: "not-a-raster", ...foreign } });
      continue;
    }
    try {
      if (!isStored && bytes > left) throw tooMuch(path);
      left -= isStored ? 0 : bytes;
      const blob = await member.unpack();
      files.push({ file: new File([blob], name), folder: folderIn(archive.name, member) });
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      refused.push({ fileName: path, error: error.facts });
    }
  }
  return { files, refused };
}

/** Side files and what may belong to a model, whatever their endings are elsewhere. */
function isNeeded(name: string): boolean {
  return /\.(json|aux\.xml)$/i.test(name);
}

function folderIn(archiveName: string, { path }: ZipMember): string {
  return [archiveName, ...path.split("/").slice(0, -1)].join("/");
}

function tooMuch(subject: string): NadirError {
  return new NadirError({
    code: "raster-too-large",
    subject,
    found: `The archive unpacks to more than ${MOST_UNPACKED_BYTES / 2 ** 30} GiB.`,
    needed: "What is packed in an archive is held beside it while the studio is open.",
    next: "Unpack it, and drop the folder.",
  });
}
