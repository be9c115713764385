/**
 * Where a file lay in what was dropped, chosen or unpacked: "potsdam/2_Ortho_RGB", "all.zip/odm_dem", or "" for a file
 * given by itself. A folder picker writes it into `webkitRelativePath`; here other files get it in the same place.
 */

/** Folders below one another that are followed. */
export const MOST_FOLDERS_DEEP = 32;

/** Files of one drop or one archive that are looked at. */
export const MOST_FILES = 20_000;

/** Its folder, parts joined by "/"; workers are told it beside the file, for not every browser clones it. */
export function folderOf(file: Blob): string {
  const path = "webkitRelativePath" in file ? String(file.webkitRelativePath) : "";
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The same file, known to lie in `folder`. */
export function inFolder(file: File, folder: string): File {
  return folder === ""
    ? file
    : Object.defineProperty(file, "webkitRelativePath", { value: `${folder}/${file.name}`, configurable: true });
}

/** Whether an operating system left it there for itself. @param path With or without folders. */
export function isSystemFile(path: string): boolean {
  return /(^|\/)(__MACOSX|\.git|\.svn|\$RECYCLE\.BIN|@eaDir)\/|(^|\/)(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(
    path,
  );
}

export function isArchive(name: string): boolean {
  return /\.zip$/i.test(name);
}
