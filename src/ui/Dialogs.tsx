/** Shortcut sheet, command palette and the card of a model. */
import { Dialog } from "radix-ui";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { openDialog } from "../actions/view/arrange";
import type { WorkspaceState } from "../store/workspace";
import { TruthClasses } from "./evaluation/TruthClasses";
import { COMMANDS } from "./keyboard";
import { messages } from "./messages";
import { ModelCard } from "./models/ModelCard";
import { OwnModelCard } from "./models/OwnModelCard";
import { HandOverDialog } from "./outputs/HandOverDialog";
import { PolygonsDialog } from "./outputs/PolygonsDialog";
import { useSelect, useStudio } from "./StudioContext";
import { AddressForm } from "./scenes/AddressForm";
import { AlignmentDialog } from "./scenes/AlignmentDialog";
import { STROKE_KEYS } from "./teaching/stroke-keys";
import { GoToForm } from "./view/GoToForm";

const words = messages.dialogs;

export function Dialogs() {
  const { dialog, modelId } = useSelect((state) => state.workspace);
  const opener = useRef<Element | null>(null);
  return (
    <>
      <Sheet name="shortcuts" opener={opener} title={words.shortcuts}>
        <Shortcuts />
      </Sheet>
      <Sheet name="commands" opener={opener} title={words.commands}>
        <Palette />
      </Sheet>
      <Sheet name="own-model" opener={opener} title={words.ownModel}>
        {dialog === "own-model" && <OwnModelCard />}
      </Sheet>
      <Sheet name="address" opener={opener} title={messages.address.title}>
        <AddressForm />
      </Sheet>
      <Sheet name="go-to" opener={opener} title={messages.goTo.title}>
        {dialog === "go-to" && <GoToForm />}
      </Sheet>
      <Sheet name="hand-over" opener={opener} title={messages.handOver.title}>
        {dialog === "hand-over" && <HandOverDialog />}
      </Sheet>
      <Sheet name="polygons" opener={opener} title={messages.polygons.title}>
        {dialog === "polygons" && <PolygonsDialog />}
      </Sheet>
      <Sheet name="alignment" opener={opener} title={messages.alignment.title}>
        {dialog === "alignment" && <AlignmentDialog />}
      </Sheet>
      <Sheet name="truth" opener={opener} title={messages.truthClasses.title}>
        {dialog === "truth" && <TruthClasses />}
      </Sheet>
      <Sheet name="model" opener={opener} title={words.model}>
        {dialog === "model" && modelId !== null && <ModelCard modelId={modelId} />}
      </Sheet>
    </>
  );
}

function Sheet(props: {
  name: NonNullable<WorkspaceState["dialog"]>;
  title: string;
  /** What had the focus before the first of the sheets opened; gets it back after the last one closed. */
  opener: RefObject<Element | null>;
  children: ReactNode;
}) {
  const studio = useStudio();
  const open = useSelect((state) => state.workspace.dialog === props.name);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(studio, null)}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-ground" />
        <Dialog.Content
          className="dialog"
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            const focused = document.activeElement;
            // From one sheet into the next the focus is in the first sheet, or on the body once that is gone.
            if (focused !== document.body && focused?.closest("[role=dialog]") == null) {
              props.opener.current = focused;
            }
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (studio.store.getState().workspace.dialog === null) {
              if (props.opener.current instanceof HTMLElement) {
                props.opener.current.focus();
              }
              props.opener.current = null;
            }
          }}
        >
          <Dialog.Title className="dialog-title">{props.title}</Dialog.Title>
          {props.children}
          {/* Last in order, so that the first field has the focus. */}
          <Dialog.Close className="button-plain dialog-close" aria-label={words.close}>
            ×
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Shortcuts() {
  return (
    <table className="table" aria-label={words.shortcutsTable}>
      <tbody>
        {COMMANDS.filter(({ keys }) => keys !== "").map(({ id, name, keys }) => (
          <tr key={id}>
            <td>{name}</td>
            <td className="number mono strong">{keys}</td>
          </tr>
        ))}
        {STROKE_KEYS.map(({ name, keys }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="number mono strong">{keys}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Palette() {
  const studio = useStudio();
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  const found = COMMANDS.filter(
    ({ id, name }) => id !== "commands" && name.toLowerCase().includes(query.toLowerCase()),
  );
  const choose = (position: number) => {
    const command = found[position];
    if (command !== undefined) {
      openDialog(studio, null);
      command.run(studio, null);
    }
  };
  return (
    <>
      <input
        className="text-input"
        style={{ width: "100%", height: 32, marginBottom: 8 }}
        placeholder={words.searchPlaceholder}
        aria-label={words.search}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="commands"
        aria-activedescendant={found[index] === undefined ? undefined : `command-${found[index].id}`}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setIndex(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setIndex((old) => Math.min(found.length - 1, Math.max(0, old + (event.key === "ArrowDown" ? 1 : -1))));
          } else if (event.key === "Enter") {
            choose(index);
          }
        }}
      />
      <CommandList found={found} index={index} onChoose={choose} />
      {found.length === 0 && (
        <p className="quiet" role="status">
          {words.nothingFound}
        </p>
      )}
    </>
  );
}

function CommandList(props: { found: typeof COMMANDS; index: number; onChoose: (position: number) => void }) {
  const { found, index, onChoose } = props;
  return (
    <div id="commands" role="listbox" aria-label={words.commands} hidden={found.length === 0}>
      {found.map(({ id, name, keys }, position) => (
        <div
          key={id}
          id={`command-${id}`}
          role="option"
          tabIndex={-1}
          aria-selected={position === index}
          className="menu-item"
          {...(position === index && { "data-highlighted": "" })}
          onClick={() => onChoose(position)}
          onKeyDown={(event) => event.key === "Enter" && onChoose(position)}
        >
          <span>{name}</span>
          <span className="mono quiet" style={{ marginLeft: "auto" }}>
            {keys}
          </span>
        </div>
      ))}
    </div>
  );
}
