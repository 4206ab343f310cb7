import { KubestairError } from '../errors.ts';
import { KubeStatusError } from '../ports/kube.ts';
import { describeGrant, type Grant, resourceName } from './grants.ts';
import { type Known, known } from './known.ts';

/** Something that the API server did not let be read. */
export interface Unread {
  /** As kubectl would name the resource, for example `poddisruptionbudgets.policy`. */
  readonly resource: string;
  readonly reason: string;
  readonly next: string;
}

export interface Reads {
  /** What was refused so far. */
  readonly unread: readonly Unread[];
  /** What `read` gives; where the API server refuses it, `instead`, and the refusal is kept. */
  attempt<T>(grant: Grant, read: () => Promise<T>, instead: T): Promise<T>;
}

/**
 * Reads of which none may hide the others: a refusal becomes a fact, which a check tells. A server that does not answer at all, or
 * does not know who asks, still throws.
 */
export function openReads(): Reads {
  const unread: Unread[] = [];
  return {
    unread,
    async attempt(grant, read, instead) {
      const result = await readable(grant, read);
      if (result.known) return result.value;
      const resource = resourceName(grant);
      if (!unread.some((refused) => refused.resource === resource))
        unread.push({ resource, reason: result.reason, next: result.next ?? '' });
      return instead;
    },
  };
}

/** What `read` gives, or why the API server refuses it. @throws what is no answer of the API server */
export async function readable<T>(grant: Grant, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await read());
  } catch (thrown) {
    const refusal = refusalIn(thrown);
    if (refusal === undefined) throw thrown;
    const status = `${refusal.status} ${refusal.reason}`.trim();
    const reason = `the API server answers ${status}: ${refusal.message}`;
    return { known: false, reason, next: nextFor(refusal, grant) };
  }
}

function refusalIn(thrown: unknown): KubeStatusError | undefined {
  const inner = thrown instanceof KubestairError ? thrown.cause : thrown;
  return inner instanceof KubeStatusError ? inner : undefined;
}

function nextFor({ status }: KubeStatusError, grant: Grant): string {
  if (status === 403) return `Grant ${describeGrant(grant)}; docs/rbac.yaml has every rule.`;
  return `Try it with kubectl get ${resourceName(grant)}, mend what answers, and plan again.`;
}
