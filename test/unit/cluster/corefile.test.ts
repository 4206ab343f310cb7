import { expect, test } from 'vitest';
import { corefilePlugins } from '../../../src/cluster/corefile.ts';

test('reads plugins and options of every server block', () => {
  const plugins = corefilePlugins(`
# the cluster
.:53 {
    errors
    health {
       lameduck 5s # seconds
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
    }
    hosts {
       192.0.2.7 secret.example
       2001:db8::7 secret.example
       fallthrough
    }
    template IN ANY "a {
      b" {
      rcode NXDOMAIN
    }
}
example.org:53 {
    forward . 192.0.2.1
}
`);
  expect(plugins).toEqual([
    { name: 'errors', options: [] },
    { name: 'health', options: ['lameduck'] },
    { name: 'kubernetes', options: ['pods', 'fallthrough'] },
    { name: 'hosts', options: ['fallthrough'] },
    { name: 'template', options: ['rcode'] },
    { name: 'forward', options: [] },
  ]);
});

test('an empty Corefile has none', () => {
  expect(corefilePlugins('')).toEqual([]);
});
