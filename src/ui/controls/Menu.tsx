/** Menus: a level of what, and where there is a choice, a level of how. */
import { DropdownMenu } from "radix-ui";
import { type ReactElement, type ReactNode, useState } from "react";
import { createPortal } from "react-dom";

/**
 * A click beside an open menu closes it and does nothing else. Radix' modal menus see to that too, but hide the rest of
 * the page from assistive technology while leaving it focusable (radix-ui/primitives issue 3593); a sheet of glass
 * between menu and page does without.
 *
 * @param trigger A button.
 */
export function Menu(props: { trigger: ReactElement; align?: "start" | "end"; children: ReactNode }) {
  const { trigger, align = "start", children } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {isOpen && createPortal(<div className="menu-glass" />, document.body)}
      <DropdownMenu.Portal container={landmark()}>
        <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Where menus stand in the page, so that whoever goes through it by its landmarks comes upon them. */
function landmark(): Element | null {
  return document.querySelector("[role=main]");
}

export function SubMenu({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="menu-item">
        {name}
        <span aria-hidden="true" className="quiet menu-more">
          ▸
        </span>
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal container={landmark()}>
        <DropdownMenu.SubContent className="menu" collisionPadding={8}>
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

/** @param hint What kind of file, or what it is good for. */
export function MenuItem(props: { text: string; hint?: string; disabled?: boolean; onSelect: () => void }) {
  const { text, hint, disabled, onSelect } = props;
  return (
    <DropdownMenu.Item className="menu-item" disabled={disabled} onSelect={onSelect}>
      {text}
      {hint !== undefined && <span className="quiet menu-hint">{hint}</span>}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ text }: { text: string }) {
  return <DropdownMenu.Label className="menu-label label">{text}</DropdownMenu.Label>;
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />;
}
