import type { ErrorCode, KubestairError } from '../errors.ts';

/** A fact that was read, or the reason why it could not be. Unknown is never a pass. */
export type Known<T> = { readonly known: true; readonly value: T } | Unknown;

export interface Unknown {
  readonly known: false;
  readonly reason: string;
  /** Where an error is the reason: its code, and what it says to do next. */
  readonly code?: ErrorCode;
  readonly next?: string;
}

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(reason: string): Unknown {
  return { known: false, reason };
}

/** What an error left unread. */
export function unknownFrom({ message, code, next }: KubestairError): Unknown {
  return { known: false, reason: message, code, ...(next !== undefined && { next }) };
}
