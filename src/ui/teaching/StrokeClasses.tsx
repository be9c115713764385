/** The classes a stroke can say, with their number keys; new ones are named here. */
import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";
import { chooseClass } from "../../actions/teaching/choose-tool";
import { addClass, changeClass, removeClass } from "../../actions/teaching/draw-strokes";
import { screenColour } from "../../core/labels/class-colours";
import type { Colour } from "../../core/labels/class-scheme";
import { SPARE_COLOURS } from "../../core/labels/spare-colours";
import { type StrokeClass, selectStrokeClass, selectStrokeClasses } from "../../store/stroke-classes";
import { strokesOf } from "../../store/strokes";
import { ColourInput } from "../controls/ColourInput";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.strokes;
const KEYS = 9;

/**
 * @param onChosen  Whoever has chosen a class goes on painting.
 * @param areFixed  A map has the classes it has: none is made up.
 */
export function StrokeClasses({ onChosen, areFixed = false }: { onChosen: () => void; areFixed?: boolean }) {
  const studio = useStudio();
  const json = useSelect((state) => JSON.stringify(selectStrokeClasses(state)));
  const classes = JSON.parse(json) as StrokeClass[];
  const chosen = useSelect((state) => selectStrokeClass(state)?.name ?? null);
  const spare = SPARE_COLOURS[classes.filter(({ isNew }) => isNew).length % SPARE_COLOURS.length]!;
  return (
    <div className="stroke-classes" role="toolbar" aria-label={words.classes}>
      {classes.length === 0 && !areFixed && <span className="quiet">{words.noClasses}</span>}
      {classes.map((entry, at) => (
        <span key={entry.name} className="stroke-class" data-chosen={entry.name === chosen}>
          <ClassButton
            entry={entry}
            digit={at < KEYS ? at + 1 : null}
            isChosen={entry.name === chosen}
            onChosen={onChosen}
          />
          {entry.isNew && <ChangeClass entry={entry} />}
        </span>
      ))}
      {!areFixed && (
        <ClassForm
          label={words.newClass}
          trigger={<span className="stroke-new">+ {words.newClass}</span>}
          name=""
          colour={spare}
          onDone={(name, colour) => {
            addClass(studio, name, colour);
            chooseClass(studio, name);
          }}
        />
      )}
    </div>
  );
}

function ClassButton(props: { entry: StrokeClass; digit: number | null; isChosen: boolean; onChosen: () => void }) {
  const { entry, digit, isChosen, onChosen } = props;
  const studio = useStudio();
  const legend = useSelect((state) => state.legend);
  const strokes = useSelect((state) => {
    const { selectedId } = state.scenes;
    return selectedId === null
      ? 0
      : strokesOf(state.strokes, selectedId).filter(({ stroke }) => stroke.className === entry.name).length;
  });
  return (
    <button
      type="button"
      className="stroke-class-name"
      aria-pressed={isChosen}
      aria-keyshortcuts={digit === null ? undefined : String(digit)}
      title={words.classTip(entry.name, strokes, digit)}
      onClick={() => {
        chooseClass(studio, entry.name);
        onChosen();
      }}
    >
      {digit !== null && (
        <span className="stroke-digit" aria-hidden="true">
          {digit}
        </span>
      )}
      <span className="swatch" style={{ background: `rgb(${screenColour(entry, legend).join(" ")})` }} />
      <span className="truncate">{entry.name}</span>
      {strokes > 0 && (
        <span className="number quiet" aria-hidden="true">
          {strokes}
        </span>
      )}
    </button>
  );
}

function ChangeClass({ entry }: { entry: StrokeClass }) {
  const studio = useStudio();
  return (
    <ClassForm
      label={words.changeClass(entry.name)}
      trigger={
        <svg viewBox="0 0 20 20" width="12" height="12" aria-hidden="true" className="stroke-pencil">
          <path d="M4 16l1-4 8-8 3 3-8 8Z" />
        </svg>
      }
      name={entry.name}
      colour={entry.colour}
      onDone={(name, colour) => changeClass(studio, entry.name, { name, colour })}
      onRemove={() => removeClass(studio, entry.name)}
    />
  );
}

interface ClassFormProps {
  readonly label: string;
  readonly name: string;
  readonly colour: Colour;
  readonly onDone: (name: string, colour: Colour) => void;
  readonly onRemove?: () => void;
}

function ClassForm({ trigger, ...props }: ClassFormProps & { trigger: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className="button-plain" aria-label={props.label} title={props.label}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="start" sideOffset={6} collisionPadding={8} aria-label={props.label}>
          <ClassFields {...props} onClose={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function ClassFields(props: ClassFormProps & { onClose: () => void }) {
  const [name, setName] = useState(props.name);
  const [colour, setColour] = useState(props.colour);
  const close = (done: () => void) => {
    props.onClose();
    done();
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        close(() => props.onDone(name.trim(), colour));
      }}
    >
      <div className="row">
        <ColourInput label={words.colour} colour={colour} onChange={setColour} />
        <input
          className="text-input stroke-class-input"
          aria-label={words.className}
          placeholder={words.classNameExample}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <div className="row">
        <button type="submit" className="button button-small button-primary" disabled={name.trim() === ""}>
          {words.keep}
        </button>
        {props.onRemove !== undefined && (
          <button type="button" className="button button-small" onClick={() => close(() => props.onRemove?.())}>
            {words.removeClass}
          </button>
        )}
      </div>
    </form>
  );
}
