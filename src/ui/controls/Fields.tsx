/** Labelled form controls in one shape: name left, control right, hint below. */
import { Slider, Switch } from "radix-ui";
import { type ReactNode, useId } from "react";
import { TickBox } from "./TickBox";

export function RangeField(props: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  text: string;
  hint?: string;
  onChange: (value: number) => void;
}) {
  return (
    <div className="field">
      <span>{props.label}</span>
      <span className="number strong">{props.text}</span>
      <div style={{ gridColumn: "1 / -1" }}>
        <RangeSlider {...props} />
      </div>
      {props.hint !== undefined && <span className="field-hint">{props.hint}</span>}
    </div>
  );
}

export function RangeSlider(props: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange: (value: number) => void;
}) {
  return (
    <Slider.Root
      className="slider"
      min={props.min}
      max={props.max}
      step={props.step}
      value={[props.value]}
      onValueChange={([value]) => value !== undefined && props.onChange(value)}
    >
      <Slider.Track className="slider-track">
        <Slider.Range className="slider-range" />
      </Slider.Track>
      <Slider.Thumb className="slider-thumb" aria-label={props.label} />
    </Slider.Root>
  );
}

export function NumberField(props: {
  label: string;
  value: number;
  min: number;
  max?: number;
  onChange: (value: number) => void;
}) {
  return (
    <label className="field">
      <span>{props.label}</span>
      <input
        type="number"
        className="text-input number"
        style={{ width: 90 }}
        step="any"
        min={props.min}
        max={props.max}
        value={props.value}
        onChange={(event) => {
          const value = Number(event.target.value);
          if (value >= props.min && value <= (props.max ?? Number.POSITIVE_INFINITY)) {
            props.onChange(value);
          }
        }}
      />
    </label>
  );
}

export function ChoiceField<V extends string>(props: {
  label: string;
  value: V;
  options: readonly { readonly value: V; readonly text: string }[];
  hint?: string;
  disabled?: boolean;
  onChange: (value: V) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        className="select"
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.value as V)}
      >
        {props.options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {props.hint !== undefined && <span className="field-hint">{props.hint}</span>}
    </div>
  );
}

export function SwitchField(props: {
  label: string;
  checked: boolean;
  hint?: string;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <Switch.Root
        id={id}
        className="switch"
        checked={props.checked}
        disabled={props.disabled ?? false}
        onCheckedChange={props.onChange}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
      {props.hint !== undefined && <span className="field-hint">{props.hint}</span>}
    </div>
  );
}

export function CheckRow(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className="row check-row">
      <TickBox id={id} label={props.label} checked={props.checked} onChange={props.onChange} />
      <label htmlFor={id} style={{ flex: 1, minWidth: 0 }}>
        {props.children}
      </label>
    </div>
  );
}
