import type { EncryptionFacts } from '../../cluster/host-facts.ts';
import type { Observation } from '../../cluster/observation.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

/** Providers that keep their keys in the file itself. */
const LOCAL_KEYS = ['aescbc', 'aesgcm', 'secretbox'];

/** A restored snapshot is worth no more than the keys to it. */
export const encryptionAtRest: Check = {
  id: 'encryption-at-rest',
  about: 'All API servers encrypt what they store alike, and a backup holds what is needed to read it.',
  severity: 'unknown',
  evidence: 'The EncryptionConfiguration of each control-plane host, without its keys.',
  remedy: 'Finish a change of keys on all control planes before an upgrade, and seal the backup.',
  find: (input) => {
    const each = perHost(input.observation, ({ encryption }, { name }) => {
      if (encryption === undefined) return [];
      if (encryption.known) return judge(encryption.value, name);
      const remedy = 'Make the file readable as the API server names it in --encryption-provider-config.';
      return [
        { severity: 'unknown', message: `its encryption at rest is not known: ${encryption.reason}`, remedy },
      ];
    });
    return [...each, ...unlike(input.observation), ...unsealed(input)];
  },
};

function judge({ path, rules }: EncryptionFacts, node: string): readonly HostFinding[] {
  const object = `Node/${node}: ${path}`;
  const findings: HostFinding[] = [];
  const opening = rules.filter(({ providers: [first, ...rest] }) => first === 'identity' && rest.length > 0);
  if (opening.length > 0) {
    findings.push({
      severity: 'warning',
      object,
      message: `writes ${opening.flatMap(({ resources }) => resources).join(', ')} in plain text, and still reads them encrypted: a change is under way`,
      remedy:
        'Rewrite the objects (kubectl get secrets -A -o json | kubectl replace -f -), then take the old provider out.',
    });
  }
  if (rules.some(({ providers }) => providers.includes('kms v1'))) {
    findings.push({
      severity: 'warning',
      object,
      message: 'uses KMS v1, which is off by default since 1.29 and on its way out',
      remedy: 'Move to KMS v2, and rewrite the objects, before Kubernetes drops the feature gate KMSv1.',
    });
  }
  if (rules.some(({ providers }) => providers.some((kind) => kind.startsWith('kms ')))) {
    findings.push({
      severity: 'info',
      object,
      message: 'keeps its keys in a key management service: a restored snapshot needs it to be read',
      remedy: 'Make sure that the service and its key outlive the cluster.',
    });
  }
  return findings;
}

/** Control planes that cannot read each other's data. */
function unlike({ nodes }: Observation): readonly Omit<Finding, 'check'>[] {
  const planes = nodes.filter(({ role, host }) => role === 'control-plane' && host.known);
  const digests = planes.flatMap(({ name, host }) => {
    const encryption = host.known ? host.value.facts.encryption : undefined;
    if (encryption === undefined) return [{ name, sha256: 'none' }];
    return encryption.known ? [{ name, sha256: encryption.value.sha256 }] : [];
  });
  const groups = [...Map.groupBy(digests, ({ sha256 }) => sha256).values()];
  if (groups.length < 2) return [];
  const sides = groups.map((group) => group.map(({ name }) => name).join(' and '));
  return [
    {
      severity: 'blocking',
      object: 'EncryptionConfiguration',
      message: `differs between control planes (${sides.join(' against ')}): one may not read what another wrote`,
      remedy: 'Bring the same file to all control-plane hosts, and restart their API servers one by one.',
    },
  ];
}

function unsealed({ observation, config }: Parameters<Check['find']>[0]): readonly Omit<Finding, 'check'>[] {
  if (config.backup.encryptTo.length > 0 || config.backup.plainKeys) return [];
  const keyed = observation.nodes.some(({ host }) => {
    const encryption = host.known ? host.value.facts.encryption : undefined;
    return (
      encryption?.known === true &&
      encryption.value.rules.some(({ providers }) => providers.some((kind) => LOCAL_KEYS.includes(kind)))
    );
  });
  if (!keyed) return [];
  return [
    {
      severity: 'blocking',
      object: 'spec.backup.encryptTo',
      message:
        'names nobody, so the backup would hold the keys of the encryption at rest in plain text, and is refused',
      remedy:
        'Name age recipients there; or set spec.backup.plainKeys where the store itself keeps them safe.',
    },
  ];
}
