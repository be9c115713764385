/** A button that lets the browser ask for files, or for a folder with everything in it. */
import { type Ref, useRef } from "react";
import { openAny } from "../../actions/projects/restore-project";
import { useStudio } from "../StudioContext";

/** The browser's words for a picker of folders. */
const FOLDER = { webkitdirectory: "" };

type PickedThing = "files" | "folder";

export function PickFiles(props: { what: PickedThing; text: string; label: string; className: string }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={props.className} onClick={() => input.current?.click()}>
        {props.text}
      </button>
      <FileInput ref={input} what={props.what} label={props.label} />
    </>
  );
}

/** What a button or a key clicks. @param dataRole Found by it from elsewhere. */
export function FileInput(props: {
  ref?: Ref<HTMLInputElement>;
  what: PickedThing;
  label: string;
  dataRole?: "file-input";
}) {
  const studio = useStudio();
  return (
    <input
      ref={props.ref}
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
  );
}
