import { parse } from 'yaml';
import type { Host } from '../../../ports/host.ts';
import { flagsOf } from '../static-pod.ts';
import { dataScript, parseData } from './data-facts.ts';
import type { MemberFacts } from './facts.ts';
import { unsupported } from './survey.ts';

const UNIT = 'etcd.service';

// What runs is the truth; of a unit that is down its definition has to do.
const UNIT_SCRIPT = `set -u
file() { if [ -r "$2" ]; then echo "file $1 $(base64 -w 0 <"$2")"; fi; }
if [ "$(systemctl show -p LoadState --value ${UNIT})" != loaded ]; then echo none; exit 0; fi
pid=$(systemctl show -p MainPID --value ${UNIT})
if [ "\${pid:-0}" -gt 0 ] && [ "$(cat "/proc/$pid/comm")" = etcd ]; then
  echo "words $(base64 -w 0 <"/proc/$pid/cmdline")"
  echo "environment $(tr '\\0' '\\n' <"/proc/$pid/environ" | grep '^ETCD_' | base64 -w 0)"
  binary=$(readlink -f "/proc/$pid/exe")
else
  argv=$(systemctl show -p ExecStart --value ${UNIT} | sed -nE 's/.*argv\\[\\]=([^;]*) ;.*/\\1/p' | head -n 1)
  echo "words $(echo "$argv" | tr ' ' '\\0' | base64 -w 0)"
  {
    systemctl show -p EnvironmentFiles --value ${UNIT} | sed 's/ (ignore_errors=.*//' | while read -r list; do
      if [ -r "$list" ]; then sed -nE "s/^(ETCD_[A-Z_]+)=[\\"']?([^\\"']*)[\\"']?\\$/\\1=\\2/p" "$list"; fi
    done
    systemctl show -p Environment --value ${UNIT} | tr ' ' '\\n' | grep '^ETCD_'
  } | base64 -w 0 | sed 's/^/environment /'
  echo
  binary=$(readlink -f "$(echo "$argv" | cut -d ' ' -f 1)")
fi
for word in $(echo "$(systemctl show -p ExecStart --value ${UNIT})" | grep -oE -- '--config-file[= ][^ ;]+'); do
  file config "\${word#--config-file=}"
done
user=$(systemctl show -p User --value ${UNIT})
echo "user $(id -u "\${user:-root}"):$(id -g "\${user:-root}")"
for etcdutl in "$(dirname "$binary")/etcdutl" "$(command -v etcdutl)"; do
  if [ -x "$etcdutl" ]; then echo "etcdutl $etcdutl"; break; fi
done
echo "version $("$binary" --version 2>/dev/null | sed -n 's/^etcd Version: //p')"
exit 0`;

/** How a member was told to run: flags, environment, or a file that overrides both. */
export interface UnitSettings {
  readonly name: string;
  readonly dataDir: string;
  readonly walDir: string | undefined;
  readonly peerUrls: readonly string[];
}

/**
 * What a restore needs to know of the member that runs as a systemd unit.
 * @throws KubestairError HOST_*, CLUSTER_UNSUPPORTED where the host has no unit etcd.service
 */
export async function readUnitMember(host: Host, signal?: AbortSignal): Promise<MemberFacts> {
  const { stdout } = await host.run(UNIT_SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
  const settings = parseUnit(stdout);
  if (settings === undefined) {
    throw unsupported(
      host,
      'it has no systemd unit etcd.service',
      'Kubestair restores an external etcd that runs as etcd.service on hosts reached over SSH.',
    );
  }
  const facts = await host.run(`set -u\n${dataScript(settings.dataDir)}`, {
    sudo: true,
    signal,
    timeoutSeconds: 60,
  });
  const { owner, ...data } = parseData(facts.stdout);
  const path = readValue(stdout, 'etcdutl');
  return {
    ...settings,
    ...data,
    owner: owner ?? readValue(stdout, 'user') ?? '0:0',
    version: readValue(stdout, 'version') || undefined,
    runs: { kind: 'unit', unit: UNIT },
    etcdutl: path === undefined ? undefined : { kind: 'file', path },
  };
}

/**
 * Reads what the script printed; undefined where there is no unit. A configuration file overrides flags and environment, and flags
 * override the environment (etcd.io/docs/v3.6/op-guide/configuration).
 */
export function parseUnit(stdout: string): UnitSettings | undefined {
  const words = decoded(readValue(stdout, 'words'))
    .split('\0')
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const environment = new Map(
    decoded(readValue(stdout, 'environment'))
      .split('\n')
      .map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
  );
  const flags = flagsOf(words.slice(1));
  const file = configFile(decoded(readValue(stdout, 'file config')));
  const setting = (name: string): string | undefined => {
    if (file !== undefined) return file.get(name);
    return flags.get(name) ?? environment.get(`ETCD_${name.replaceAll('-', '_').toUpperCase()}`);
  };
  const name = setting('name') ?? 'default';
  return {
    name,
    dataDir: setting('data-dir') ?? `${name}.etcd`,
    walDir: setting('wal-dir') || undefined,
    peerUrls: (setting('initial-advertise-peer-urls') ?? '').split(',').filter((url) => url !== ''),
  };
}

function configFile(text: string): ReadonlyMap<string, string> | undefined {
  if (text === '') return undefined;
  const values: unknown = parse(text);
  if (typeof values !== 'object' || values === null) return undefined;
  return new Map(Object.entries(values).map(([key, value]) => [key, String(value ?? '')]));
}

function readValue(stdout: string, key: string): string | undefined {
  return new RegExp(`^${key} (.*)$`, 'm').exec(stdout)?.[1];
}

function decoded(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}
