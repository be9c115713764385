/** How components reach the studio: state by selector, everything that happens by an action on the studio object. */
import { createContext, type ReactNode, useContext } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Studio } from "../actions/studio";
import type { StudioState } from "../store/studio-store";

const StudioContext = createContext<Studio | null>(null);

export function StudioProvider({ studio, children }: { studio: Studio; children: ReactNode }) {
  return <StudioContext value={studio}>{children}</StudioContext>;
}

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) {
    throw new Error("a component is used outside <StudioProvider>");
  }
  return studio;
}

/** One value of the state; the component renders again only when it changes. */
export function useSelect<T>(selector: (state: StudioState) => T): T {
  return useStore(useStudio().store, selector);
}

/** Several values or a list, compared element by element. */
export function useSelectList<T>(selector: (state: StudioState) => T): T {
  return useStore(useStudio().store, useShallow(selector));
}
