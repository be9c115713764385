/** Opens a raster from an address, by ranges, when the user types one. */
import { useState } from "react";
import { openAddress } from "../../actions/scenes/open-address";
import { openDialog } from "../../actions/view/arrange";
import type { NadirErrorFacts } from "../../core/errors";
import { Fault } from "../controls/Fault";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const words = messages.address;

export function AddressForm() {
  const studio = useStudio();
  const [address, setAddress] = useState("");
  const [opening, setOpening] = useState(false);
  const [fault, setFault] = useState<NadirErrorFacts | null>(null);
  return (
    <form
      className="stack"
      onSubmit={async (event) => {
        event.preventDefault();
        setOpening(true);
        setFault(null);
        const error = await openAddress(studio, address);
        setOpening(false);
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
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
        <button type="submit" className="button button-primary" disabled={opening || address.trim() === ""}>
          {opening ? words.opening : words.open}
        </button>
      </div>
      {fault !== null && <Fault error={fault} />}
    </form>
  );
}
