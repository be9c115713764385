/** What is opened one after the other is closed again, however the work with it ends. */

interface Closeable {
  close(): unknown;
}

/** Hands back what it is given, which is closed at the end. */
export type Keep = <C extends Closeable>(opened: C) => C;

/** Runs `use`, then closes everything it kept, the newest first. */
export async function closingAll<T>(use: (keep: Keep) => Promise<T>): Promise<T> {
  const opened: Closeable[] = [];
  try {
    return await use((one) => {
      opened.push(one);
      return one;
    });
  } finally {
    for (const one of opened.reverse()) await one.close();
  }
}
