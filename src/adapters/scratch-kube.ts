import { Agent } from 'undici';
import type { Kube } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import { type KubeTarget, kubeOver } from './kube.ts';

export interface ScratchKubeOptions extends Pick<KubeTarget, 'firstPauseMilliseconds'> {
  /** For people: `the scratch API server v1.36.3 on cp1`. */
  readonly name: string;
  /** Unix socket that leads to its secure port. */
  readonly socketPath: string;
  /** The certificate that it made for itself: for `kubernetes`, among other names. */
  readonly certificate: string;
  readonly token: string;
  readonly userAgent: string;
}

/** A scratch API server behind a Unix socket. Close it when it is done with. */
export function openScratchKube(options: ScratchKubeOptions, log: Log): Kube & { close(): Promise<void> } {
  const { name, socketPath, certificate, token, userAgent, firstPauseMilliseconds } = options;
  const dispatcher = new Agent({ connect: { socketPath, ca: certificate, servername: 'kubernetes' } });
  const credentials = Promise.resolve({ headers: { authorization: `Bearer ${token}` }, dispatcher });
  const kube = kubeOver({
    origin: 'https://localhost',
    basePath: '',
    server: name,
    context: name,
    userAgent,
    authentication: { credentials: () => credentials, renew: () => {} },
    log,
    firstPauseMilliseconds,
  });
  return { ...kube, close: () => dispatcher.destroy() };
}
