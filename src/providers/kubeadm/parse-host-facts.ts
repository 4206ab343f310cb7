import { createHash, X509Certificate } from 'node:crypto';
import type {
  CertificateFacts,
  DiskFacts,
  HostFacts,
  PackageKeyFacts,
  UnitFacts,
} from '../../cluster/host-facts.ts';

/** What was printed, without what takes a further look. */
export interface PrintedFacts {
  readonly facts: Omit<HostFacts, 'kubelet' | 'encryption' | 'clockOffsetSeconds'>;
  /** Seconds since 1970 by the host's clock; NaN if it did not say. */
  readonly clockSeconds: number;
  /** /var/lib/kubelet/config.yaml, if there is one. */
  readonly kubeletConfig: string | undefined;
  /** Manifest of the API server's static pod, if there is one. */
  readonly apiServer: string | undefined;
}

/** Reads what HOST_FACTS printed. */
export function parseFacts(stdout: string): PrintedFacts {
  const lines = Map.groupBy(
    stdout.split('\n').map((line) => line.trim().split(/\s+/)),
    ([key = '']) => key,
  );
  const rows = (key: string): readonly (readonly string[])[] =>
    (lines.get(key) ?? []).map((words) => words.slice(1));
  const words = (key: string): readonly string[] => rows(key).flat();
  const first = (key: string): string => rows(key)[0]?.[0] ?? '';
  const certificates = rows('certificate').flatMap(toCertificates);
  return {
    facts: {
      hostname: first('hostname'),
      machineId: digested(first('machine-id')),
      kubeletName: kubeletNameIn(rows('certificate')),
      kernel: first('kernel'),
      swaps: words('swap'),
      units: rows('unit').map(toUnit),
      rebootRequired: lines.has('reboot-required'),
      readOnly: words('read-only'),
      brokenPackages: words('broken'),
      disks: rows('disk').flatMap(toDisk),
      etcdDataBytes: Number(first('etcd-data')) || 0,
      certificates,
      packageKeys: rows('package-key').map(toPackageKey),
    },
    clockSeconds: words('clock').reduce((sum, text) => sum + Number(text), 0) / words('clock').length,
    kubeletConfig: decoded(first('kubelet-config')),
    apiServer: decoded(first('apiserver')),
  };
}

function toUnit([name = '', ...properties]: readonly string[]): UnitFacts {
  return {
    name,
    active: properties.includes('ActiveState=active'),
    // Started by another unit or made by a generator, which come back too.
    enabled: ['enabled', 'static', 'generated', 'indirect', 'alias'].some((state) =>
      properties.includes(`UnitFileState=${state}`),
    ),
  };
}

function toDisk([path = '', free, size, inodes, ...mount]: readonly string[]): readonly DiskFacts[] {
  if (mount.length === 0) return [];
  return [
    {
      path,
      mount: mount.join(' '),
      freeBytes: Number(free),
      sizeBytes: Number(size),
      // Some file systems count none.
      freeInodes: inodes === '-' ? Number.MAX_SAFE_INTEGER : Number(inodes),
    },
  ];
}

function toPackageKey([id = '', expires = '-', path = '']: readonly string[]): PackageKeyFacts {
  const seconds = Number(expires);
  return {
    path,
    id,
    ...(Number.isFinite(seconds) && { expiresAt: new Date(seconds * 1000).toISOString() }),
  };
}

/** A bundle of authorities has several; the one that ends first is told. */
function toCertificates([file = '', pem = '']: readonly string[]): readonly CertificateFacts[] {
  const name = decoded(file) ?? '';
  const parsed = certificatesIn(decoded(pem) ?? '');
  const ends = parsed.toSorted((a, b) => a.validToDate.getTime() - b.validToDate.getTime())[0];
  if (ends === undefined) return [{ path: name, authority: false }];
  return [{ path: name, expiresAt: ends.validToDate.toISOString(), authority: ends.ca }];
}

/** `w1` of a certificate of `CN=system:node:w1`. */
function kubeletNameIn(rows: readonly (readonly string[])[]): string {
  const row = rows.find(([file = '']) => decoded(file)?.endsWith('/kubelet-client-current.pem'));
  const [own] = certificatesIn(decoded(row?.[1] ?? '') ?? '');
  return /^CN=system:node:(.+)$/m.exec(own?.subject ?? '')?.[1] ?? '';
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function digested(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function decoded(base64: string): string | undefined {
  return base64 === '' ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}
