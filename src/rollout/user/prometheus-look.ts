import type { PrometheusProbe } from '../../config/gates.ts';
import type { Web } from '../../ports/web.ts';
import type { Look } from './context.ts';

const TIMEOUT_SECONDS = 30;
const MOST_SHOWN = 3;

interface Sample {
  readonly labels: string;
  readonly value: number;
}

/** Passes while every sample is within the bounds; no sample at all tells nothing, and does not pass. */
export async function lookByPrometheus(
  { url, query, above, below }: PrometheusProbe,
  web: Web,
  signal: AbortSignal,
): Promise<Look> {
  const asked = new URL(`${url.replace(/\/+$/, '')}/api/v1/query`);
  asked.searchParams.set('query', query);
  const { status, body } = await web.get(asked.href, { timeoutSeconds: TIMEOUT_SECONDS, signal });
  const samples = samplesOf(body);
  if (status !== 200 || samples === undefined)
    return { passes: false, says: `status ${status}: ${errorIn(body)}` };
  if (samples.length === 0) return { passes: false, says: 'the query has no samples' };
  // Written so that NaN, which is neither above nor below anything, is out of bounds.
  const out = samples.filter(
    ({ value }) => !(above === undefined || value > above) || !(below === undefined || value < below),
  );
  const wanted = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  if (out.length === 0) return { passes: true, says: `${shown(samples)}, ${wanted.join(' and ')}` };
  return { passes: false, says: `${shown(out)}, not ${wanted.join(' and ')}` };
}

function shown(samples: readonly Sample[]): string {
  const more = samples.length > MOST_SHOWN ? ` and ${samples.length - MOST_SHOWN} more` : '';
  const named = samples
    .slice(0, MOST_SHOWN)
    .map(({ labels, value }) => `${labels}${labels === '' ? '' : ' '}${value}`);
  return `${named.join(', ')}${more}`;
}

/** The answer of an instant query. Source: prometheus.io, "HTTP API", instant queries and expression query result formats. */
interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

interface VectorItem {
  readonly metric?: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
}

function samplesOf(body: string): readonly Sample[] | undefined {
  const { status, data } = parsed(body);
  if (status !== 'success' || data === undefined) return undefined;
  if (data.resultType === 'scalar') {
    const [, value] = data.result as readonly [number, string];
    return [{ labels: '', value: numberOf(value) }];
  }
  if (data.resultType !== 'vector') return undefined;
  return (data.result as readonly VectorItem[]).map(({ metric = {}, value }) => ({
    labels: labelsText(metric),
    value: numberOf(value?.[1] ?? ''),
  }));
}

/** Prometheus writes `+Inf`, `-Inf` and `NaN`. */
function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number.parseFloat(text);
}

function labelsText(metric: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(metric).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(', ')}}`;
}

function errorIn(body: string): string {
  return parsed(body).error ?? body.slice(0, 200);
}

function parsed(body: string): Answer {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    return {};
  }
}
