import type { RequestedApi, RequestedApis } from '../cluster/evidence.ts';
import { deprecatedResource } from '../tables/apis.ts';

/** Counts requests since the API server started, by verb, group, version and resource among others. Stable since 1.26. */
const REQUESTS = 'apiserver_request_total{';
/** Is 1 for each deprecated API version that was asked for since then; alphas are in it only if they were ever deprecated. Stable since 1.22 (KEP-1693). */
const DEPRECATED = 'apiserver_requested_deprecated_apis{';
const STARTED = 'process_start_time_seconds ';

/** Answers to those that may not ask at all. */
const REFUSALS = ['401', '403'];

interface Asked {
  readonly api: string;
  readonly resource: string;
}

/**
 * Reads the metrics of one API server, a line at a time: those of a busy one are tens of megabytes.
 * @param now seconds since the epoch, on the API server's own clock
 * @param isPreferred whether the group of an API prefers that version for the resource
 * @throws Error for a text that is not an API server's metrics
 */
export async function readRequestedApis(
  lines: AsyncIterable<string>,
  now: number,
  isPreferred: (asked: Asked) => boolean,
): Promise<RequestedApis> {
  const found = new Map<string, { readonly asked: Asked; readonly verbs: Set<string> }>();
  let started: number | undefined;
  let counts = false;
  for await (const line of lines) {
    if (line.startsWith(STARTED)) started = Number(line.slice(STARTED.length));
    const isCount = line.startsWith(REQUESTS);
    counts ||= isCount;
    if (!isCount && !line.startsWith(DEPRECATED)) continue;
    const labels = labelsOf(line);
    const asked = askedIn(labels);
    if (deprecatedResource(asked.api, asked.resource) === undefined) continue;
    if (REFUSALS.includes(labels.get('code') ?? '')) continue;
    const key = `${asked.api} ${asked.resource}`;
    const entry = found.get(key) ?? { asked, verbs: new Set() };
    found.set(key, entry);
    if (isCount) entry.verbs.add(labels.get('verb') ?? '');
  }
  if (!counts || started === undefined) throw new Error('its metrics count no requests');
  const apis = [...found.values()].map(
    ({ asked, verbs }): RequestedApi => ({
      ...asked,
      verbs: [...verbs].toSorted(),
      preferred: isPreferred(asked),
    }),
  );
  return {
    upSeconds: Math.max(0, Math.round(now - started)),
    apis: apis.toSorted((a, b) => (`${a.api} ${a.resource}` < `${b.api} ${b.resource}` ? -1 : 1)),
  };
}

function askedIn(labels: ReadonlyMap<string, string>): Asked {
  const group = labels.get('group') ?? '';
  const version = labels.get('version') ?? '';
  return { api: group === '' ? version : `${group}/${version}`, resource: labels.get('resource') ?? '' };
}

/** Labels of a line in the text format of Prometheus; none that matters here has an escape in its value. */
function labelsOf(line: string): ReadonlyMap<string, string> {
  return new Map([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
