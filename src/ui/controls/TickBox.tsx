/** A check box that names itself; `CheckRow` puts a text beside it. */
import { Checkbox } from "radix-ui";

export function TickBox(props: {
  id?: string;
  label: string;
  /** "indeterminate": some of many are ticked. */
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  /** −1 where keys reach it otherwise. */
  tabIndex?: number;
}) {
  return (
    <Checkbox.Root
      {...(props.id !== undefined && { id: props.id })}
      {...(props.tabIndex !== undefined && { tabIndex: props.tabIndex })}
      className="checkbox"
      aria-label={props.label}
      checked={props.checked}
      onCheckedChange={(checked) => props.onChange(checked === true)}
    >
      <Checkbox.Indicator>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path
            d={props.checked === "indeterminate" ? "M2.5 6h7" : "M2.5 6.2 5 8.6l4.5-5"}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
          />
        </svg>
      </Checkbox.Indicator>
    </Checkbox.Root>
  );
}
