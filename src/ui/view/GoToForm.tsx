/** Takes the map to a typed place. */
import { useState } from "react";
import { openDialog } from "../../actions/view/arrange";
import { goTo } from "../../actions/view/go-to";
import type { NadirErrorFacts } from "../../core/errors";
import { Fault } from "../controls/Fault";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const words = messages.goTo;

export function GoToForm() {
  const studio = useStudio();
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<NadirErrorFacts | null>(null);
  return (
    <form
      className="stack"
      onSubmit={async (event) => {
        event.preventDefault();
        const error = await goTo(studio, typed);
        setFault(error);
        if (error === null) {
          openDialog(studio, null);
        }
      }}
    >
      <p className="quiet">{words.hint}</p>
      <div className="row">
        <input
          className="text-input address-input"
          aria-label={words.label}
          placeholder={words.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button button-primary" disabled={typed.trim() === ""}>
          {words.go}
        </button>
      </div>
      {fault !== null && <Fault error={fault} />}
    </form>
  );
}
