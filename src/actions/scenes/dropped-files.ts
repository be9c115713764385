/** Files of a drop or of an archive with the folders they lie in, folders followed to their ends. */
import { NadirError } from "../../core/errors";
import { folderOf, inFolder, isArchive, isSystemFile, MOST_FILES, MOST_FOLDERS_DEEP } from "../../io/file-place";
import { withOpening, withRefused } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { notifyError, type Studio } from "../studio";

/**
 * Files of a drop, those in dropped folders included. Must be called while the drop event is being handled.
 *
 * @throws {NadirError} For more files than are looked at.
 */
export async function droppedFiles(transfer: DataTransfer | null): Promise<File[]> {
  const plain = [...(transfer?.files ?? [])];
  const entries = [...(transfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return plain;
  const files: File[] = [];
  for (const entry of entries) await walk(entry, "", files);
  // A folder gives its files in no order of its own.
  const { compare } = new Intl.Collator("en", { numeric: true });
  return files.sort((a, b) => compare(a.webkitRelativePath || a.name, b.webkitRelativePath || b.name));
}

async function walk(entry: FileSystemEntry, folder: string, found: File[]): Promise<void> {
  const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
  if (isSystemFile(entry.isDirectory ? `${path}/` : path)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push(inFolder(file, folder));
    if (found.length > MOST_FILES) throw tooMany(path);
  } else if (path.split("/").length <= MOST_FOLDERS_DEEP) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // It gives a hundred at a time, and none when there are no more.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) return;
      for (const child of batch) await walk(child, path, found);
    }
  }
}

function tooMany(subject: string): NadirError {
  return new NadirError({
    code: "bad-settings",
    subject,
    found: `More than ${MOST_FILES} files lie in what was dropped.`,
    needed: "A folder with the images of one area is needed, not a disk.",
    next: "Drop the folders that belong together.",
  });
}

/** With `.zip` archives replaced by the files in them; what is not taken of them is said beside the others. */
export async function unpackArchives(studio: Studio, files: readonly File[]): Promise<File[]> {
  const unpacked: File[] = [];
  for (const file of files.filter(({ webkitRelativePath = "" }) => !isSystemFile(webkitRelativePath))) {
    if (isArchive(file.name)) {
      unpacked.push(...(await unpack(studio, file)));
    } else {
      unpacked.push(file);
    }
  }
  return unpacked;
}

async function unpack(studio: Studio, archive: File): Promise<File[]> {
  update(studio.store, "scenes", (state) => withOpening(state, [archive.name]));
  try {
    const { files, refused } = await studio.rasters.call("unpack", { archive });
    update(studio.store, "scenes", (state) => withRefused(state, refused));
    const outer = folderOf(archive);
    return files.map(({ file, folder }) => inFolder(file, outer === "" ? folder : `${outer}/${folder}`));
  } catch (error) {
    if (error instanceof NadirError) {
      update(studio.store, "scenes", (state) => withRefused(state, [{ fileName: archive.name, error: error.facts }]));
    } else {
      notifyError(studio, error);
    }
    return [];
  } finally {
    update(studio.store, "scenes", (state) => withOpening(state, []));
  }
}
