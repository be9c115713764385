/** Languages that texts exist in, as BCP 47 tags; the first serves everyone else. */
export const LANGUAGES = ["en", "de", "fr"] as const;

export type Language = (typeof LANGUAGES)[number];
