/** Open rasters as they can be found again. */
import { isShiftGrid } from "../../core/georef/shift-file";
import type { ProjectFile, ProjectScene } from "../../core/project/project";
import { folderOf } from "../../io/file-place";
import type { OpenRaster } from "../registry";

export function projectFile({ file, sha256Sampled, facts }: OpenRaster): ProjectFile {
  const { name, size } = file;
  const place = { name, ...inFolder(facts.folder), bytes: size, sha256Sampled };
  if ("url" in file) return { ...place, address: file.url };
  return "bands" in file ? { ...place, bands: bandsOf(file) } : place;
}

/** The files that lie on a disk: of a photo that was joined, those of its bands. */
export function filesOf(raster: OpenRaster): readonly ProjectFile[] {
  return "bands" in raster.file ? bandsOf(raster.file) : [projectFile(raster)];
}

export function sideFilesOf({ file, sideFiles, facts }: OpenRaster): ProjectScene["sideFiles"] {
  const all = "bands" in file ? file.bands : [{ sideFiles, folder: facts.folder }];
  return all.flatMap((part) =>
    part.sideFiles.map((side) => ({
      name: side.name,
      ...inFolder(isShiftGrid(side.name) ? folderOf(side) : part.folder),
      bytes: side.size,
    })),
  );
}

function bandsOf({ bands }: Extract<OpenRaster["file"], { bands: unknown }>) {
  return bands.map(({ file, folder, sha256Sampled, role }) => ({
    name: file.name,
    ...inFolder(folder),
    bytes: file.size,
    sha256Sampled,
    role,
  }));
}

/** Where a dropped file lay. */
export function placeOf(file: File): Pick<ProjectFile, "folder"> {
  return inFolder(folderOf(file));
}

function inFolder(folder: string | undefined): Pick<ProjectFile, "folder"> {
  return folder === undefined || folder === "" ? {} : { folder };
}
