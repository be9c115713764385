/** A sentence on hover or focus; without a text the child stays as it is. */
import { Tooltip } from "radix-ui";
import type { ReactElement } from "react";

export function Tip({ text, children }: { text: string | undefined; children: ReactElement }) {
  if (text === undefined) {
    return children;
  }
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <span style={{ display: "inline-flex", minWidth: 0 }}>{children}</span>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={6} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
