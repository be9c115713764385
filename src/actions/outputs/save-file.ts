/** Puts a file that was made beside the user's own. */
import type { ExportedFile } from "../../outputs/export-run";

export function save({ fileName, blob }: ExportedFile): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads the blob after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
