import type { CgroupMode } from './cgroup.ts';

/** A file of a host: where it goes, what is in it, and its mode where it is not the usual one. */
export interface HostFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

/** Files that are the same on every host of a lab. */
export function baseFiles(settings: {
  readonly mode: CgroupMode;
  readonly registry: string;
  readonly pauseImage: string;
}): readonly HostFile[] {
  return [
    { path: 'etc/containerd/config.toml', content: containerdConfig(settings.mode, settings.pauseImage) },
    { path: 'etc/containerd/certs.d/registry.k8s.io/hosts.toml', content: registryHosts(settings.registry) },
    { path: 'etc/systemd/system/containerd.service', content: containerdUnit },
    { path: 'etc/systemd/system/lab-boot.service', content: bootUnit },
    { path: 'etc/systemd/system.conf.d/lab.conf', content: '[Manager]\nDefaultTimeoutStopSec=10s\n' },
    {
      path: 'etc/systemd/journald.conf.d/lab.conf',
      content: '[Journal]\nStorage=persistent\nSystemMaxUse=64M\n',
    },
    { path: 'etc/ssh/sshd_config.d/lab.conf', content: sshdConfig },
    { path: 'etc/sudoers.d/ops', content: 'ops ALL=(ALL) NOPASSWD: ALL\n', mode: 0o440 },
    { path: 'etc/sysctl.d/99-kubernetes.conf', content: 'net.ipv4.ip_forward = 1\n' },
    // The login complains where there is none.
    { path: 'etc/default/locale', content: 'LANG=C.UTF-8\n' },
  ];
}

/** Units that must not run in a host: they would set up the machine itself, or reach out. */
export const maskedUnits: readonly string[] = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'console-getty.service',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  'systemd-binfmt.service',
  'systemd-modules-load.service',
  'systemd-networkd.service',
  'systemd-resolved.service',
  'systemd-sysctl.service',
  'systemd-timesyncd.service',
  'systemd-udevd.service',
  'systemd-udev-trigger.service',
];

const sshdConfig = `HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxSessions 100
MaxStartups 100
UseDNS no
`;

const bootUnit = `[Unit]
Description=What a host lacks that runs in a container
Before=network.target ssh.service containerd.service kubelet.service haproxy.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-boot

[Install]
WantedBy=multi-user.target
`;

const containerdUnit = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target
# A kubelet that finds no runtime ends, and systemd waits before it tries again.
Before=kubelet.service

[Service]
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=2
LimitNOFILE=1048576
TasksMax=infinity

[Install]
WantedBy=multi-user.target
`;

function registryHosts(registry: string): string {
  return `server = "http://${registry}"

[host."http://${registry}"]
  capabilities = ["pull", "resolve"]
`;
}

function containerdConfig(mode: CgroupMode, pauseImage: string): string {
  return `version = 3

[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${pauseImage}"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "/etc/containerd/certs.d"

[plugins."io.containerd.cri.v1.runtime"]
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
        SystemdCgroup = ${mode === 'v2'}
`;
}
