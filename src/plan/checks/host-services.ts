import type { UnitFacts } from '../../cluster/host-facts.ts';
import type { NodeObservation } from '../../cluster/observation.ts';
import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

/** Units by the scheme of nodeInfo.containerRuntimeVersion. */
const RUNTIME_UNITS: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  'cri-o': 'crio',
  docker: 'docker',
};

/** The kubelet and the container runtime run, and come back after a restart of the host. */
export const hostServices: Check = {
  id: 'host-services',
  about: 'The kubelet and the container runtime of every host are running, and start at boot.',
  severity: 'blocking',
  evidence: 'The state of their systemd units.',
  remedy: 'Start and enable the unit: `systemctl enable --now UNIT`.',
  find: ({ observation }) =>
    perHost(observation, ({ units }, node) => {
      const [scheme = ''] = node.containerRuntime.split('://');
      const wanted = ['kubelet', RUNTIME_UNITS[scheme] ?? ''];
      return units.filter(({ name }) => wanted.includes(name)).flatMap((unit) => judge(unit, node));
    }),
};

function judge({ name, active, enabled }: UnitFacts, node: NodeObservation): readonly HostFinding[] {
  const object = `Node/${node.name}: ${name}.service`;
  if (!active) {
    // A run that was cut off between two kubelets leaves its own node like this, and going on is what mends it.
    const own = name === 'kubelet' && node.cordonedBy !== undefined;
    return [
      {
        severity: own ? 'warning' : 'blocking',
        object,
        message: own ? `is not running; the run ${node.cordonedBy} was working on it` : 'is not running',
        remedy: own
          ? 'Nothing to do: the upgrade goes on with this node.'
          : `Look at journalctl -u ${name} on ${node.name}, then systemctl start ${name}.`,
      },
    ];
  }
  if (enabled) return [];
  return [
    {
      severity: 'warning',
      object,
      message: 'runs, but does not start at boot: the node would not come back from a restart',
      remedy: `On ${node.name}: systemctl enable ${name}`,
    },
  ];
}
