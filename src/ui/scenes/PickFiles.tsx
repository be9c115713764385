/** A button that lets the browser ask for files, or for a folder with everything in it. */
import { useRef } from "react";
import { openAny } from "../../actions/projects/restore-project";
import { useStudio } from "../StudioContext";

/** The browser's words for a picker of folders. */
const FOLDER = { webkitdirectory: "" };

export function PickFiles(props: {
  what: "files" | "folder";
  text: string;
  label: string;
  className: string;
  /** Found by it from elsewhere. */
  dataRole?: "file-input";
}) {
  const studio = useStudio();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={props.className} onClick={() => input.current?.click()}>
        {props.text}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={props.label}
        data-role={props.dataRole}
        {...(props.what === "folder" && FOLDER)}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          void openAny(studio, files);
        }}
      />
    </>
  );
}
