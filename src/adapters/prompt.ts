import { createInterface } from 'node:readline/promises';

/** Asks whoever sits at the terminal; undefined where nobody does. Standard output stays free for the result. */
export function terminalPrompt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): ((question: string, signal: AbortSignal) => Promise<string>) | undefined {
  if (!input.isTTY || !output.isTTY) return undefined;
  return async (question, signal) => {
    const terminal = createInterface({ input, output });
    try {
      return await terminal.question(question, { signal });
    } finally {
      terminal.close();
    }
  };
}
