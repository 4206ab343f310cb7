import type { GateProbe } from '../../config/gates.ts';
import type { Web } from '../../ports/web.ts';
import type { Look } from './context.ts';

const TIMEOUT_SECONDS = 10;
const SHOWN = 200;

/** Passes with the wanted status. */
export async function lookByHttp(
  { url, status: wanted }: Extract<GateProbe, { readonly kind: 'http' }>,
  web: Web,
  signal: AbortSignal,
): Promise<Look> {
  const { status, body } = await web.get(url, { timeoutSeconds: TIMEOUT_SECONDS, signal });
  if (status === wanted) return { passes: true, says: `status ${status}` };
  const words = body.trim().slice(0, SHOWN);
  return { passes: false, says: `status ${status}, not ${wanted}${words === '' ? '' : `: ${words}`}` };
}
