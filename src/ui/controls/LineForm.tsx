/** One line to type, a button, and beside them why it could not be done; what succeeds closes the sheet it stands in. */
import { type HTMLAttributes, useState } from "react";
import { openDialog } from "../../actions/view/arrange";
import type { NadirErrorFacts } from "../../core/errors";
import { useStudio } from "../StudioContext";
import { Fault } from "./Fault";

export function LineForm(props: {
  hint: string;
  label: string;
  placeholder: string;
  submit: string;
  /** On the button while it is being done. */
  busy: string;
  inputMode?: HTMLAttributes<HTMLInputElement>["inputMode"];
  /** Null when it was done. */
  onSubmit: (typed: string) => Promise<NadirErrorFacts | null>;
}) {
  const studio = useStudio();
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<NadirErrorFacts | null>(null);
  return (
    <form
      className="stack"
      onSubmit={async (event) => {
        event.preventDefault();
        setBusy(true);
        setFault(null);
        const error = await props.onSubmit(typed);
        setBusy(false);
        setFault(error);
        if (error === null) {
          openDialog(studio, null);
        }
      }}
    >
      <p className="quiet">{props.hint}</p>
      <div className="row">
        <input
          className="text-input address-input"
          aria-label={props.label}
          placeholder={props.placeholder}
          inputMode={props.inputMode}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button button-primary" disabled={isBusy || typed.trim() === ""}>
          {isBusy ? props.busy : props.submit}
        </button>
      </div>
      {fault !== null && <Fault error={fault} />}
    </form>
  );
}
