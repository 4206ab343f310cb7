import { describe, expect, it } from 'vitest';
import type { DnsObservation } from '../../../../src/cluster/extensions.ts';
import { known, unknown } from '../../../../src/cluster/known.ts';
import { cluster, config, controlPlane, extensions } from '../sample.ts';
import { findings, found } from './judge.ts';

const plugin = (name: string, ...options: readonly string[]) => ({ name, options });
const STANDARD = [plugin('errors'), plugin('kubernetes', 'pods', 'ttl'), plugin('hosts', 'fallthrough')];

function given(dns: DnsObservation | undefined, ...ignored: readonly string[]) {
  const nodes = [controlPlane('cp1', 'v1.35.4')];
  return {
    observation: cluster(nodes, { extensions: known(extensions({ dns: known(dns) })) }),
    config: config({ kubeadm: { ignorePreflightErrors: ignored } }),
  };
}

const COREFILE = 'ConfigMap/kube-system/coredns';

describe('coredns', () => {
  it.each<[string, DnsObservation, readonly string[]]>([
    [
      'the release of kubeadm with a Corefile of the usual kind',
      { versions: ['1.13.1'], plugins: STANDARD },
      [],
    ],
    ['the release that the hop brings', { versions: ['1.14.2'], plugins: [plugin('etcd')] }, []],
    [
      'a plugin that nobody migrates',
      { versions: ['1.13.1'], plugins: [...STANDARD, plugin('federation', 'prod')] },
      [`blocking ${COREFILE}`],
    ],
    [
      'an option that nobody migrates',
      { versions: ['1.13.1'], plugins: [plugin('kubernetes', 'wibble')] },
      [`blocking ${COREFILE}`],
    ],
    [
      'a release that kubeadm does not know',
      { versions: ['1.13.1-acme'], plugins: [] },
      [`blocking ${COREFILE}`],
    ],
    [
      'a release that is newer than what the hop brings',
      { versions: ['1.14.6'], plugins: [] },
      [`blocking ${COREFILE}`],
    ],
    ['two of them', { versions: ['1.13.1', '1.14.2'], plugins: [] }, ['blocking Deployment/kube-system']],
    ['a Corefile of nobody', { versions: [], plugins: STANDARD }, [`blocking ${COREFILE}`]],
  ])('%s', (_name, dns, expected) => {
    expect(found('coredns', given(dns))).toEqual(expected);
  });

  it('names what is in the way once, whatever the number of releases on the way', () => {
    const dns = { versions: ['1.11.1'], plugins: [plugin('federation'), plugin('kubernetes', 'wibble')] };
    expect(findings('coredns', given(dns))[0]?.message).toBe(
      'has what kubeadm does not know how to migrate: federation, kubernetes wibble',
    );
  });

  it('only warns of what the file tells kubeadm to pass over', () => {
    const dns = { versions: ['1.13.1'], plugins: [plugin('federation')] };
    expect(found('coredns', given(dns, 'corednsunsupportedplugins'))).toEqual([`warning ${COREFILE}`]);
    expect(found('coredns', given(undefined, 'CoreDNSMigration'))).toEqual([`warning ${COREFILE}`]);
  });

  it('is unknown where the Corefile could not be read', () => {
    const dns = unknown('forbidden');
    const observation = cluster([controlPlane('cp1', 'v1.35.4')], {
      extensions: known(extensions({ dns })),
    });
    expect(found('coredns', { observation })).toEqual([`unknown ${COREFILE}`]);
  });

  it('judges every hop from what the one before brought', () => {
    const hops = [
      { from: 'v1.35.4', to: 'v1.36.3' },
      { from: 'v1.36.3', to: 'v1.37.1' },
    ] as const;
    expect(found('coredns', { ...given({ versions: ['1.13.1'], plugins: STANDARD }), hops })).toEqual([]);
  });
});
