import { dnfSections } from './dnf/source.ts';
import { byManager } from './package-manager.ts';

/** Prints `package kubelet 1.36.3-1.1 hold installed` for each package of Kubernetes. PACKAGE_MANAGER comes before. */
export const LIST_PACKAGES = byManager({
  apt: `if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Want} \${db:Status-Status}\\n' kubeadm kubelet kubectl 2>/dev/null
fi`,
  dnf: `${dnfSections()}for name in kubeadm kubelet kubectl; do
  if rpm -q $name >/dev/null 2>&1; then
    want=install
    if is_held $name; then want=hold; fi
    echo "package $name $(rpm -q --qf '%{VERSION}-%{RELEASE}\\n' $name | sort -V | tail -n 1) $want installed"
  fi
done`,
});
