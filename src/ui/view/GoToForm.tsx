/** Takes the map to a typed place. */
import { goTo } from "../../actions/view/go-to";
import { LineForm } from "../controls/LineForm";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const { hint, label, placeholder, go } = messages.goTo;

export function GoToForm() {
  const studio = useStudio();
  return <LineForm {...{ hint, label, placeholder }} submit={go} busy={go} onSubmit={(typed) => goTo(studio, typed)} />;
}
