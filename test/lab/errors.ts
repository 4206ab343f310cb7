/** A failure whose message tells the reader, on one line, what happened and what to do next. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** The message of anything that was thrown, on one line. */
export function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replaceAll(/\s*\n\s*/g, ' | ').trim();
}

/** Whether a file system call failed because the path is not there. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}
