import { getItems } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { LabState } from '../state.ts';
import { clusterHosts } from '../topology.ts';

interface NodeItem {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly key: string }[] };
  readonly status: {
    readonly nodeInfo: { readonly kubeletVersion: string };
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

interface PodItem {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
}

/** What a node looks like to those who run it. */
export interface NodeFacts {
  readonly name: string;
  readonly kubelet: string;
  readonly ready: boolean;
  readonly unschedulable: boolean;
  /** Keys of annotations that Kubestair left. */
  readonly marks: readonly string[];
  readonly held: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
}

/** Reads every node from the API and from the host itself. */
export async function nodeFacts(state: LabState): Promise<readonly NodeFacts[]> {
  const nodes = await getItems<NodeItem>(state, ['nodes']);
  return await Promise.all(
    clusterHosts(state.hosts).map(async ({ name }) => {
      const node = nodes.find((item) => item.metadata.name === name);
      const held = await onHost(state, name, 'apt-mark showhold');
      const packages = await onHost(
        state,
        name,
        `dpkg-query -W -f '\${Package}=\${Version}\\n' kubeadm kubelet kubectl`,
      );
      return {
        name,
        kubelet: node?.status.nodeInfo.kubeletVersion ?? '',
        ready: node?.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True') ?? false,
        unschedulable: node?.spec.unschedulable ?? false,
        marks: Object.keys(node?.metadata.annotations ?? {}).filter((key) => key.startsWith('kubestair')),
        held: held.trim().split('\n').toSorted(),
        packages: Object.fromEntries(
          packages
            .trim()
            .split('\n')
            .map((line) => line.split('=')) as [string, string][],
        ),
      };
    }),
  );
}

/** Images of the control plane's static pods and of kube-proxy, sorted. */
export async function componentImages(state: LabState): Promise<readonly string[]> {
  const pods = await getItems<PodItem>(state, ['pods', '-n', 'kube-system']);
  const ours = pods.filter((pod) => /^(kube-|etcd-)/.test(pod.metadata.name));
  return ours.flatMap((pod) => pod.spec.containers.map((container) => container.image)).toSorted();
}

/** When each host last changed what an upgrade changes; equal texts mean that no host was touched. */
export async function hostFingerprints(state: LabState): Promise<string> {
  const script = `
    dpkg-query -W -f '\${Package}=\${Version}\\n' kubeadm kubelet kubectl
    apt-mark showhold
    find /etc/kubernetes /etc/apt /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env -type f -exec sha256sum {} + | sort
    systemctl show -p ExecMainStartTimestamp kubelet`;
  const texts = await Promise.all(clusterHosts(state.hosts).map(({ name }) => onHost(state, name, script)));
  return texts.join('\n--\n');
}
