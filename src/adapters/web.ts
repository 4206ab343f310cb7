import { EnvHttpProxyAgent, request } from 'undici';
import type { Web } from '../ports/web.ts';

const MOST_BYTES = 1_048_576;

/** Servers over HTTP, through HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export function openWeb(): Web {
  const dispatcher = new EnvHttpProxyAgent();
  return {
    async get(url, { timeoutSeconds, signal }) {
      const late = AbortSignal.timeout(timeoutSeconds * 1000);
      const { statusCode, body } = await request(url, {
        dispatcher,
        signal: AbortSignal.any([signal, late]),
      });
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= MOST_BYTES) break;
      }
      return { status: statusCode, body: Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8') };
    },
  };
}
