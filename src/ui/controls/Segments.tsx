/** One choice out of a few, all of them in sight. */
import { ToggleGroup } from "radix-ui";
import { Tip } from "./Tip";

export interface SegmentOption<V extends string> {
  readonly value: V;
  readonly text: string;
  readonly tip?: string;
}

export function Segments<V extends string>(props: {
  label: string;
  value: V;
  options: readonly SegmentOption<V>[];
  onChange: (value: V) => void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segments"
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => value !== "" && props.onChange(value as V)}
    >
      {props.options.map(({ value, text, tip }) => (
        <Tip key={value} text={tip}>
          <ToggleGroup.Item value={value} className="segment">
            {text}
          </ToggleGroup.Item>
        </Tip>
      ))}
    </ToggleGroup.Root>
  );
}
