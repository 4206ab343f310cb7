import { quote } from './shell.ts';

/** Where kubeadm takes images from unless its ClusterConfiguration says otherwise. */
export const DEFAULT_IMAGES = 'registry.k8s.io';

/**
 * Tries whether a host gets a connection to where its runtime pulls images from: the mirrors that containerd or CRI-O has and the
 * registry itself, or the proxy of the runtime's unit. Nothing is pulled.
 * Source: github.com/containerd/containerd/blob/main/docs/hosts.md; containers-registries.conf(5).
 * @param registry host, and port where there is one
 */
export function registryScript(registry: string): string {
  return `registry=${quote(registry)}
proxy=$(systemctl show -p Environment --value containerd.service crio.service 2>/dev/null | tr ' ' '\\n' | sed -nE 's/^"?(https_proxy|HTTPS_PROXY)=([^"]+).*/\\2/p' | head -n 1)
mirrors=$({
  cat "/etc/containerd/certs.d/$registry/hosts.toml" /etc/containerd/certs.d/_default/hosts.toml | sed -nE 's/^[[:space:]]*(\\[host\\."|server[[:space:]]*=[[:space:]]*")([^"]+)".*/\\2/p'
  sed -nE 's/^[[:space:]]*endpoint[[:space:]]*=[[:space:]]*\\[(.*)\\].*/\\1/p' /etc/containerd/config.toml | tr ',' '\\n' | sed -nE 's/^[[:space:]]*"([^"]+)".*/\\1/p'
  cat /etc/containers/registries.conf /etc/containers/registries.conf.d/*.conf | sed -nE 's#^[[:space:]]*location[[:space:]]*=[[:space:]]*"([^"]+)".*#https://\\1#p'
} 2>/dev/null | sort -u)
try() {
  case "$1" in http://*) port=80 ;; *) port=443 ;; esac
  name=\${1#*://}
  name=\${name%%/*}
  name=\${name##*@}
  case "$name" in
    \\[*\\]:*) port=\${name##*:}; name=\${name%:*} ;;
    \\[*) ;;
    *:*) port=\${name##*:}; name=\${name%%:*} ;;
  esac
  name=\${name#\\[}
  name=\${name%\\]}
  if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$name" "$port" 2>/dev/null; then echo "reached $name:$port"; else echo "failed $name:$port"; fi
}
for place in \${proxy:-$mirrors https://$registry}; do try "$place"; done
exit 0`;
}

/** The host of an image repository such as `registry.example:5000/kubernetes`. */
export function registryOf(imageRepository: string): string {
  return imageRepository.split('/')[0] ?? imageRepository;
}

/** What a host could not reach, if it could reach nothing; undefined if it reached something. */
export function parseReach(stdout: string): readonly string[] | undefined {
  const lines = stdout.split('\n').map((line) => line.split(' '));
  if (lines.some(([result]) => result === 'reached')) return undefined;
  return lines.flatMap(([result, place = '']) => (result === 'failed' ? [place] : []));
}
