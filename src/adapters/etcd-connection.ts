import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Http2SessionManager } from '@connectrpc/connect-node';

/** Where a member listens for clients, as this machine reaches it. */
export type EtcdAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A tunnel; `serverName` is the name or address that the member's certificate is to be valid for. */
  | { readonly kind: 'socket'; readonly path: string; readonly serverName: string; readonly port: number };

/** PEM texts. */
export interface EtcdTls {
  /** Absent: what this machine trusts. */
  readonly ca?: string;
  readonly cert: string;
  readonly key: string;
}

/** A snapshot at the 64 KiB windows of HTTP/2 takes three times as long. */
export const WINDOW_BYTES = 16 * 1024 * 1024;

/** `host:port` as people know the member. */
export function endpointOf(address: EtcdAddress): string {
  const name = address.kind === 'tcp' ? address.host : address.serverName;
  return `${name.includes(':') ? `[${name}]` : name}:${address.port}`;
}

/** One HTTP/2 connection, made at the first request. @param tls undefined for a member that serves clients without TLS. */
export function openSessions(address: EtcdAddress, tls: EtcdTls | undefined): Http2SessionManager {
  const url = `${tls === undefined ? 'http' : 'https'}://${endpointOf(address)}`;
  return new Http2SessionManager(
    url,
    {},
    {
      settings: { initialWindowSize: WINDOW_BYTES },
      createConnection: () => openSocket(address, tls),
    },
  );
}

function openSocket(address: EtcdAddress, tls: EtcdTls | undefined): Socket {
  const target = address.kind === 'tcp' ? { host: address.host, port: address.port } : { path: address.path };
  if (tls === undefined) return connectPlain(target);
  return connectTls({
    ...target,
    // With a path, node connects to it and verifies the certificate for the host.
    host: address.kind === 'tcp' ? address.host : address.serverName,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    cert: tls.cert,
    key: tls.key,
    ALPNProtocols: ['h2'],
  });
}
