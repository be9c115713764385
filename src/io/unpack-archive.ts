/** A `.zip` archive as the files it holds, each known to lie in a folder named after the archive. */
import { NadirError, type NadirErrorFacts } from "../core/errors";
import { isSystemFile, MOST_FILES } from "./file-place";
import { describeByName } from "./foreign-files";
import { readZip, type ZipMember } from "./read-zip";

interface UnpackedMember {
  readonly file: File;
  readonly folder: string;
}

/** By name inside the archive. */
export interface RefusedMember {
  readonly fileName: string;
  readonly error: NadirErrorFacts;
}

export interface UnpackedArchive {
  readonly files: readonly UnpackedMember[];
  /** What is not taken. */
  readonly refused: readonly RefusedMember[];
}

/** Deflated members of one archive, unpacked, together. */
const MOST_UNPACKED_BYTES = 2 ** 33;

/** @throws {NadirError} As `unpackMembers` does. */
export async function unpackArchive(archive: NamedArchive): Promise<UnpackedArchive> {
  const files: UnpackedMember[] = [];
  const refused: RefusedMember[] = [];
  for await (const member of unpackMembers(archive)) {
    if ("error" in member) refused.push(member);
    else files.push(member);
  }
  return { files, refused };
}

type NamedArchive = Blob & { readonly name: string };

/**
 * One after the other. Members that no part of the studio reads are told by their names and never unpacked.
 *
 * @throws {NadirError} When it is no archive, or one of more files than are looked at.
 */
export async function* unpackMembers(archive: NamedArchive): AsyncGenerator<UnpackedMember | RefusedMember> {
  const members = (await readZip(archive, archive.name)).filter(({ path }) => !isSystemFile(path));
  if (members.length > MOST_FILES) {
    throw new NadirError({
      code: "not-a-raster",
      subject: archive.name,
      found: `The archive holds ${members.length} files.`,
      needed: `At most ${MOST_FILES} are looked at.`,
      next: "Unpack it, and open the folders that belong together.",
    });
  }
  let left = MOST_UNPACKED_BYTES;
  for (const member of members) {
    const { path, bytes, isStored } = member;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const foreign = isNeeded(name) ? null : describeByName(name);
    if (foreign !== null) {
      yield { fileName: name, error: { code: "not-a-raster", ...foreign } };
      continue;
    }
    try {
      if (!isStored && bytes > left) throw tooMuch(path);
      left -= isStored ? 0 : bytes;
      yield { file: new File([await member.unpack()], name), folder: folderIn(archive.name, member) };
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      yield { fileName: path, error: error.facts };
    }
  }
}

/** Side files, layers of polygons and what may belong to a model, whatever their endings are elsewhere. */
function isNeeded(name: string): boolean {
  return /\.(json|aux\.xml|gpkg|geojson|km[lz]|shp(\.xml)?|shx|dbf|cpg|sb[nx]|qix|qpj)$/i.test(name);
}

function folderIn(archiveName: string, { path }: ZipMember): string {
  return [archiveName, ...path.split("/").slice(0, -1)].join("/");
}

function tooMuch(subject: string): NadirError {
  return new NadirError({
    code: "raster-too-large",
    subject,
    found: `The archive unpacks to more than ${MOST_UNPACKED_BYTES / 2 ** 30} GiB.`,
    needed: "What is packed in an archive is held beside it while it is used.",
    next: "Unpack it, and open the folder.",
  });
}
