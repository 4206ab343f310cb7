import { createHash } from 'node:crypto';

/** What a KubeletConfiguration says that a plan looks at. */
export interface KubeletSettings {
  /** Whether the kubelet refuses to start where swap is on; its default is to. */
  readonly failSwapOn: boolean;
  /** Whether it refuses to start on cgroup v1; undefined where that is left to its default, which its version decides. */
  readonly failCgroupV1?: boolean;
  /** Free space below which it evicts pods, as the configuration says it. */
  readonly evictionHard: Readonly<Record<string, string>>;
  /** A digest of each setting by its name, to compare two configurations: some settings are secrets. */
  readonly digests: Readonly<Record<string, string>>;
}

/** @param config a KubeletConfiguration of kubelet.config.k8s.io */
export function kubeletSettings(config: Readonly<Record<string, unknown>>): KubeletSettings {
  const { failSwapOn, failCgroupV1, evictionHard } = config;
  return {
    failSwapOn: failSwapOn !== false,
    ...(typeof failCgroupV1 === 'boolean' && { failCgroupV1 }),
    evictionHard: isRecord(evictionHard)
      ? Object.fromEntries(Object.entries(evictionHard).map(([name, value]) => [name, String(value)]))
      : {},
    digests: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, digest(value)])),
  };
}

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
