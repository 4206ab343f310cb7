import type { Step } from '../../plan/plan.ts';
import type { Host } from '../../ports/host.ts';
import { unitDirectory, unitName } from './unit-script.ts';

const TIMEOUT_SECONDS = 20;

/** What a host tells of a step that stopped there: the output of its unit, the kubelet's journal, services, disks, containers. */
export async function hostTraces(
  host: Host,
  clusterUid: string,
  step: Step | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const script = [...(step === undefined ? [] : [unitPart(unitName(clusterUid, step.id))]), REST].join('\n');
  const { stdout, stderr } = await host.run(script, {
    sudo: true,
    allowFailure: true,
    signal,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  return `${stdout}${stderr === '' ? '' : `\n${stderr}`}`.trim();
}

function unitPart(name: string): string {
  return `echo '--- unit ${name}'
# One that has ended is forgotten, and what systemd says of it then is how nothing ever went wrong.
if [ "$(systemctl show -p LoadState --value ${name}.service)" = loaded ]; then systemctl show -p ActiveState -p SubState -p Result ${name}.service; else echo 'it has ended'; fi
cd ${unitDirectory(name)} 2>/dev/null && { echo "started by $(cat attempt 2>/dev/null), exit code $(cat exit 2>/dev/null || echo none)"; tail -n 150 output 2>/dev/null; } || echo 'it was never started here'
cd /`;
}

const REST = `echo '--- services'
for unit in kubelet containerd; do echo "$unit: $(systemctl is-active $unit) $(systemctl is-enabled $unit 2>/dev/null)"; done
echo '--- kubelet, its last lines'
journalctl --unit kubelet --no-pager --lines 120 --output short-iso 2>&1
echo '--- containerd, its last lines'
journalctl --unit containerd --no-pager --lines 20 --output short-iso 2>&1
echo '--- disks'
df -h / /tmp /var/lib/kubelet /var/lib/containerd /var/lib/etcd /var/cache /var/cache/apt/archives 2>/dev/null | sort -u
echo '--- memory'
free -m | head -2
echo '--- packages'
dpkg-query --show --showformat '\${Package} \${Version} \${db:Status-Status}\\n' kubeadm kubelet kubectl 2>/dev/null || rpm -q kubeadm kubelet kubectl 2>/dev/null
ls -la /etc/kubernetes/manifests 2>/dev/null`;
