import { HOST_POD_LABEL } from '../cluster/host-pods.ts';

export const HOST_CONTAINER = 'host';

/** A pod ends by itself when nobody has used it for so long. */
const IDLE_SECONDS = 1200;

export interface HostPodInput {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly image: string;
  readonly architecture: string;
}

/**
 * A privileged pod on one node, without scheduler and network of its own, so that it starts wherever a kubelet runs. The programs in it
 * are the host's own, mounted over those of the image: an image that is on the node already will do, whatever is in it.
 */
export function hostPod({ name, namespace, node, image, architecture }: HostPodInput): object {
  const paths = ['/usr', '/lib', ...(architecture === 'amd64' ? ['/lib64'] : [])];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'kubestair', [HOST_POD_LABEL]: 'true' },
    },
    spec: {
      nodeName: node,
      hostPID: true,
      hostNetwork: true,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: HOST_CONTAINER,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['/usr/bin/sh', '-c', WAIT],
          securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0, runAsNonRoot: false },
          volumeMounts: paths.map((mountPath, index) => ({
            name: `host-${index}`,
            mountPath,
            readOnly: true,
          })),
        },
      ],
      volumes: paths.map((path, index) => ({ name: `host-${index}`, hostPath: { path } })),
    },
  };
}

const WAIT = `touch /used
while [ $(($(date +%s) - $(stat -c %Y /used))) -lt ${IDLE_SECONDS} ]; do sleep 5; done`;

/**
 * The command that brings a shell into the host's namespaces, as root, with the environment of a host and not of a container.
 * @param command for sh
 */
export function onTheHost(command: string): readonly string[] {
  const enter =
    'exec /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /usr/bin/nsenter -t 1 -m -u -i -n -- /bin/sh -c "$1"';
  return ['/usr/bin/sh', '-c', `touch /used; ${enter}`, 'sh', command];
}
