/** For what many journeys wait for: looked at ten times a second, where a poll of expectations soon looks once. */
export const SOON = { polling: 100, timeout: 60_000 } as const;
