import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackupConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import { openDirectory } from './directory.ts';
import { openS3 } from './s3.ts';

/** What S3 servers that know no regions are signed for. */
const ANY_REGION = 'us-east-1';
/** Regions become part of host names. */
const REGION = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export interface StoreDeps {
  /** Random bytes, for names that no other process makes. */
  readonly random: (bytes: number) => Uint8Array;
  /** AWS_REGION and AWS_DEFAULT_REGION are read from here; credentials are the SDK's own business. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

type StoreConfig = Pick<BackupConfig, 'store' | 'endpoint' | 'region' | 'pathStyle'>;

/**
 * Opens the store of a cluster file: `s3://bucket/prefix` or `file:///directory`. Nothing is sent or written yet.
 * @throws KubestairError CONFIG_INVALID
 */
export function openStore(config: StoreConfig, deps: StoreDeps): Store {
  const url = parseUrl(config.store);
  switch (url?.protocol) {
    case 's3:':
      return openBucket(url, config, deps);
    case 'file:':
      return openDirectory(directoryOf(url), randomId(deps));
    default:
      throw invalid(config.store);
  }
}

function openBucket(url: URL, config: StoreConfig, deps: StoreDeps): Store {
  if (url.hostname === '' || url.username !== '' || url.search !== '') throw invalid(config.store);
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  const { endpoint } = config;
  // A variable that a workflow leaves empty says nothing.
  const region =
    (config.region ?? deps.env.AWS_REGION) || deps.env.AWS_DEFAULT_REGION || (endpoint && ANY_REGION);
  if (region && !REGION.test(region)) throw noRegion(region);
  return openS3({
    bucket: url.hostname,
    prefix: path === '' ? '' : `${path}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region && { region }),
    pathStyle: config.pathStyle,
    randomId: randomId(deps),
  });
}

function directoryOf(url: URL): string {
  if (url.hostname !== '') throw invalid(url.href);
  const path = fileURLToPath(url);
  if (!isAbsolute(path) || path === '/') throw invalid(url.href);
  return resolve(path);
}

function randomId(deps: StoreDeps): () => string {
  return () => Buffer.from(deps.random(8)).toString('hex');
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function noRegion(region: string): KubestairError {
  return new KubestairError('CONFIG_INVALID', `"${region}" is no S3 region`, {
    object: 'spec.backup.region',
    next: 'Correct it, or AWS_REGION where the cluster file names none: for example eu-central-1.',
  });
}

function invalid(store: string): KubestairError {
  return new KubestairError('CONFIG_INVALID', `${store} is no backup store`, {
    object: 'spec.backup.store',
    next: 'Write s3://bucket/prefix or file:///directory.',
  });
}
