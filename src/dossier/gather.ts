import type { Clock } from '../ports/clock.ts';

/** Something to look at once a run has stopped. */
export interface Question {
  readonly title: string;
  readonly ask: (signal: AbortSignal) => Promise<string>;
}

/** What was found, or why it was not to be had. */
export interface DossierPart {
  readonly title: string;
  readonly text: string;
}

/**
 * Asks all questions side by side and waits for each no longer than so many seconds: whoever does not answer, or does not even let go,
 * costs its own part and keeps nothing else waiting. Never throws.
 */
export async function gather(
  questions: readonly Question[],
  clock: Clock,
  seconds: number,
): Promise<readonly DossierPart[]> {
  const ended = new AbortController();
  const timeout = clock.sleep(seconds * 1000, ended.signal).then(
    () => ended.abort(new Error(`no answer within ${seconds} s`)),
    () => undefined,
  );
  const parts = await Promise.all(
    questions.map(async ({ title, ask }): Promise<DossierPart> => {
      try {
        return { title, text: await Promise.race([ask(ended.signal), rejectedBy(ended.signal)]) };
      } catch (thrown) {
        return {
          title,
          text: `Not to be had: ${messageOf(ended.signal.aborted ? ended.signal.reason : thrown)}`,
        };
      }
    }),
  );
  ended.abort();
  await timeout;
  return parts;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
