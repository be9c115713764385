/** Opens a raster from an address, by ranges, when the user types one. */
import { openAddress } from "../../actions/scenes/open-address";
import { LineForm } from "../controls/LineForm";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const { hint, label, placeholder, open, opening } = messages.address;

export function AddressForm() {
  const studio = useStudio();
  return (
    <LineForm
      {...{ hint, label, placeholder }}
      submit={open}
      busy={opening}
      inputMode="url"
      onSubmit={(address) => openAddress(studio, address)}
    />
  );
}
