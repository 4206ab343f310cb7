import { quote } from './shell.ts';

/** Sets $socket to that of the kubelet's container runtime. */
export const RUNTIME_SOCKET = `socket=$(sed -nE 's/^containerRuntimeEndpoint: *"?(unix:\\/\\/)?([^"]*)"?$/\\2/p; s/.*--container-runtime-endpoint=(unix:\\/\\/)?([^ "]*).*/\\2/p' /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env 2>/dev/null | grep . | head -n 1)
socket=\${socket:-/run/containerd/containerd.sock}
`;

/**
 * Copies a program out of an image of containerd at $socket, which is pulled if it is not there. The images of Kubernetes have no
 * shell in them, but their programs need nothing beside themselves.
 * @param image an expression of sh, to stand in double quotes
 * @param path in the image
 * @param to an expression of sh, to stand in double quotes
 */
export function copyFromImage(image: string, path: string, to: string): string {
  const ctr = 'ctr --address "$socket" -n k8s.io images';
  return `if [ -z "$(${ctr} ls -q name=="${image}")" ]; then
  if command -v crictl >/dev/null; then crictl --runtime-endpoint "unix://$socket" pull "${image}" >/dev/null; else ${ctr} pull --hosts-dir /etc/containerd/certs.d "${image}" >/dev/null; fi
fi
image=$(mktemp -d)
${ctr} mount "${image}" "$image" >/dev/null
copied=0
cp -L "$image"${quote(path)} "${to}" || copied=1
${ctr} unmount --rm "$image" >/dev/null
rmdir "$image"
[ $copied = 0 ]
`;
}
