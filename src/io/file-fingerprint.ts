/** SHA-256 of the sampled content of a file, by which a project finds its rasters again. */
import { sampledRanges } from "../core/project/file-samples";
import type { BandStack } from "./join-bands";
import type { RemoteFile } from "./remote-file";

/** 64 lower-case hexadecimal digits; reads at most 4 MiB. A remote file is known by its address and version, nothing is read. */
export async function fileFingerprint(file: Blob | RemoteFile | BandStack): Promise<string> {
  const pieces =
    "url" in file
      ? [[file.url, file.version?.etag, file.version?.lastModified].filter((part) => part != null).join("\n")]
      : "bands" in file
        ? [file.bands.map(({ sha256Sampled, role }) => `${role} ${sha256Sampled}`).join("\n")]
        : sampledRanges(file.size).map(({ offset, length }) => file.slice(offset, offset + length));
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(pieces).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
