import { describe, expect, test } from 'vitest';
import { loadClusterConfig } from '../../../src/config/load.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { KubestairError } from '../../../src/errors.ts';

const FILE = 'clusters/prod.yaml';
const SMALLEST = `apiVersion: kubestair.dev/v1
kind: Cluster
metadata: { name: prod }
spec:
  version: v1.36.3
  provider: kubeadm
  backup: { store: "s3://acme-backups/prod" }
`;

function load(text: string, others: Readonly<Record<string, string>> = {}) {
  const files: Readonly<Record<string, string>> = { [FILE]: text, ...others };
  const readText = async (path: string): Promise<string> => {
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return found;
  };
  return loadClusterConfig(FILE, readText, [
    { id: 'empty-dirs' },
    { id: 'api-services' },
    { id: 'version-skew', mandatory: true },
  ]);
}

async function problem(text: string, others?: Readonly<Record<string, string>>): Promise<KubestairError> {
  const thrown: unknown = await load(text, others).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(KubestairError);
  return thrown as KubestairError;
}

describe('a cluster file', () => {
  test('needs little; everything else has a default', async () => {
    const expected: ClusterConfig = {
      name: 'prod',
      version: 'v1.36.3',
      via: [],
      provider: 'kubeadm',
      access: { ssh: { addresses: {} } },
      backup: {
        store: 's3://acme-backups/prod',
        pathStyle: false,
        encryptTo: [],
        plainKeys: false,
        pruneAfterBackup: false,
      },
      controlPlane: { soakSeconds: 30 },
      workers: { strategy: 'rolling', maxUnavailable: 1, order: [], perHop: true, parallel: 10 },
      drain: {
        timeoutSeconds: 600,
        deleteEmptyDir: false,
        force: false,
        onTimeout: 'stop',
        maxQuarantined: 1,
      },
      gates: { timeoutSeconds: 600, checks: [] },
      hooks: [],
      packages: {},
      defrag: { fragmentationPercent: 45, minSizeBytes: 104_857_600, pauseSeconds: 60 },
      maintenance: { packages: 'update', reboot: 'if-needed', run: [] },
      manifests: [],
      kubeadm: { ignorePreflightErrors: [] },
      windows: [],
      freeze: [],
      policy: {},
      accept: [],
    };
    expect(await load(SMALLEST)).toStrictEqual({
      config: expected,
      versionAt: { file: FILE, line: 5, column: 12 },
    });
  });

  test('can say everything', async () => {
    const { config } = await load(`apiVersion: kubestair.dev/v1
kind: Cluster
metadata:
  name: prod-eu
spec:
  version: 1.37.1
  via: [v1.35.9, v1.36.3]
  provider: kubeadm
  access:
    kubeconfig: ../kube.conf
    context: prod
    clusterUid: 6a4e1c0e-0000-4000-8000-000000000001
    ssh:
      user: ops
      port: 2222
      proxyJump: ops@bastion.example:22
      identityFile: ~/.ssh/id_prod
      knownHostsFile: known_hosts
      configFile: /etc/ssh/prod
      addresses: { w1: 192.0.2.7, w2: "2001:db8::7" }
  backup:
    store: file:///var/backups/kubestair
    endpoint: https://s3.example:9000
    region: eu-central-1
    pathStyle: true
    encryptTo: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]
  controlPlane: { soak: 1m30s }
  workers:
    maxUnavailable: 25%
    order: [pool=batch, "*", "pool=db,!spot"]
    canary: { selector: canary, soak: 15m }
    perHop: false
    parallel: 4
  drain: { timeout: 1h, deleteEmptyDir: true, force: true }
  gates: { timeout: 90s }
  packages: { repository: "http://10.0.0.1:8080/core:/stable:" }
  defrag: { fragmentation: 30, minSize: 1Gi, pause: 5s }
  maintenance: { packages: security, reboot: always, run: [apt-get autoremove -y] }
  manifests: [../deploy/**/*.yaml, addons]
  kubeadm: { ignorePreflightErrors: [SystemVerification] }
  windows: [{ cron: "0 1 * * 6", duration: 5h, timezone: Asia/Seoul }, { cron: "0 22 * * *", duration: 90m }]
  freeze: [{ from: 2026-12-20, to: 2027-01-03, timezone: Europe/Berlin, reason: Christmas }, { from: 2026-11-27T08:00, to: 2026-11-27T20:30, reason: Sale }]
  policy: { maxBackupAge: 24h, maxNodesAway: 2, maxAbsence: 15m, maxOutages: 0 }
  accept:
    - check: empty-dirs
      object: StatefulSet/shop/cache
      reason: It can be filled again.
      until: 2027-01-31
`);
    expect(config).toStrictEqual({
      name: 'prod-eu',
      version: 'v1.37.1',
      via: ['v1.35.9', 'v1.36.3'],
      provider: 'kubeadm',
      access: {
        kubeconfig: 'kube.conf',
        context: 'prod',
        clusterUid: '6a4e1c0e-0000-4000-8000-000000000001',
        ssh: {
          user: 'ops',
          port: 2222,
          proxyJump: 'ops@bastion.example:22',
          identityFile: '~/.ssh/id_prod',
          knownHostsFile: 'clusters/known_hosts',
          configFile: '/etc/ssh/prod',
          addresses: { w1: '192.0.2.7', w2: '2001:db8::7' },
        },
      },
      backup: {
        store: 'file:///var/backups/kubestair',
        endpoint: 'https://s3.example:9000',
        region: 'eu-central-1',
        pathStyle: true,
        encryptTo: ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
        plainKeys: false,
        pruneAfterBackup: false,
      },
      controlPlane: { soakSeconds: 90 },
      workers: {
        strategy: 'rolling',
        maxUnavailable: '25%',
        order: ['pool=batch', '*', 'pool=db,!spot'],
        canary: { selector: 'canary', soakSeconds: 900 },
        perHop: false,
        parallel: 4,
      },
      drain: {
        timeoutSeconds: 3600,
        deleteEmptyDir: true,
        force: true,
        onTimeout: 'stop',
        maxQuarantined: 1,
      },
      gates: { timeoutSeconds: 90, checks: [] },
      hooks: [],
      packages: { repository: 'http://10.0.0.1:8080/core:/stable:/' },
      defrag: { fragmentationPercent: 30, minSizeBytes: 1024 ** 3, pauseSeconds: 5 },
      maintenance: { packages: 'security', reboot: 'always', run: ['apt-get autoremove -y'] },
      manifests: ['deploy/**/*.yaml', 'clusters/addons'],
      kubeadm: { ignorePreflightErrors: ['SystemVerification'] },
      windows: [
        { cron: '0 1 * * 6', timezone: 'Asia/Seoul', durationSeconds: 18_000 },
        { cron: '0 22 * * *', timezone: 'UTC', durationSeconds: 5400 },
      ],
      freeze: [
        { from: '2026-12-19T23:00:00.000Z', until: '2027-01-03T23:00:00.000Z', reason: 'Christmas' },
        { from: '2026-11-27T08:00:00.000Z', until: '2026-11-27T20:30:00.000Z', reason: 'Sale' },
      ],
      policy: { maxBackupAgeSeconds: 86_400, maxNodesAway: 2, maxAbsenceSeconds: 900, maxOutages: 0 },
      accept: [
        {
          check: 'empty-dirs',
          object: 'StatefulSet/shop/cache',
          reason: 'It can be filled again.',
          until: '2027-01-31',
          at: { file: 'clusters/prod.yaml', line: 45, column: 7 },
        },
      ],
    } satisfies ClusterConfig);
  });
});

/** The smallest file with a line more under `spec:`; that line is the eighth. */
const plus = (line: string) => `${SMALLEST}  ${line}\n`;

describe('hosts', () => {
  test('are reached through pods where the file says so', async () => {
    const { config } = await load(plus('access: { hosts: { transport: pod } }'));
    expect(config.access.hosts).toEqual({ transport: 'pod', namespace: 'kube-system' });
  });

  test('and over SSH where it does not', async () => {
    const { config } = await load(plus('access: { hosts: { transport: ssh } }'));
    expect(config.access.hosts).toEqual({ transport: 'ssh' });
    expect((await load(SMALLEST)).config.access.hosts).toBeUndefined();
  });
});

describe('a mistake is told with its place', () => {
  test.each<[string, string, string, number, number, RegExp]>([
    ['a tab', SMALLEST.replace('  version', '\tversion'), 'CONFIG_SYNTAX', 5, 1, /[Tt]abs/],
    ['a key twice', plus('provider: kubeadm'), 'CONFIG_SYNTAX', 8, 3, /unique/],
    ['an open quote', plus('gates: { timeout: "10m }'), 'CONFIG_SYNTAX', 9, 1, /quote/],
    [
      'a window of no cron',
      plus('windows: [{ cron: 0 1 * * 8, duration: 5h }]'),
      'CONFIG_INVALID',
      8,
      21,
      /windows\[0\]\.cron must be a cron expression of five fields/,
    ],
    [
      'a window on no day',
      plus('windows: [{ cron: 0 0 30 2 *, duration: 5h }]'),
      'CONFIG_INVALID',
      8,
      21,
      /some day meets/,
    ],
    [
      'a window without a length',
      plus('windows: [{ cron: 0 1 * * 6 }]'),
      'CONFIG_INVALID',
      8,
      13,
      /windows\[0\]\.duration is missing/,
    ],
    [
      'a window of seconds',
      plus('windows: [{ cron: 0 1 * * 6, duration: 30s }]'),
      'CONFIG_INVALID',
      8,
      42,
      /must be a minute or more/,
    ],
    [
      'a time zone that nobody knows',
      plus('windows: [{ cron: 0 1 * * 6, duration: 5h, timezone: Europe/Atlantis }]'),
      'CONFIG_INVALID',
      8,
      56,
      /must be a time zone such as Europe\/Berlin/,
    ],
    [
      'a freeze on a day that is none',
      plus('freeze: [{ from: 2026-02-30, to: 2026-03-02, reason: r }]'),
      'CONFIG_INVALID',
      8,
      20,
      /must be a day such as/,
    ],
    [
      'a freeze that ends before it begins',
      plus('freeze: [{ from: 2026-12-20, to: 2026-12-19, reason: r }]'),
      'CONFIG_INVALID',
      8,
      36,
      /freeze\[0\]\.to must not be before its beginning/,
    ],
    [
      'an unknown key',
      plus('drian: {}'),
      'CONFIG_UNKNOWN_KEY',
      8,
      3,
      /"drian" in spec; did you mean "drain"\?/,
    ],
    [
      'an unknown key in a flow map',
      plus('drain: { timeOut: 3m }'),
      'CONFIG_UNKNOWN_KEY',
      8,
      12,
      /did you mean "timeout"\?/,
    ],
    [
      'a key of another place',
      plus('soak: 3s'),
      'CONFIG_UNKNOWN_KEY',
      8,
      3,
      /did you mean spec\.controlPlane\.soak or /,
    ],
    [
      'a key like no other',
      plus('zippy: {}'),
      'CONFIG_UNKNOWN_KEY',
      8,
      3,
      /known there: version, versionFrom, via, provider/,
    ],
    [
      'an unknown key at the top',
      `${SMALLEST}status: {}\n`,
      'CONFIG_UNKNOWN_KEY',
      8,
      1,
      /"status" in the file/,
    ],
    [
      'a mistyped key that must be there',
      SMALLEST.replace('provider:', 'provder:'),
      'CONFIG_UNKNOWN_KEY',
      6,
      3,
      /did you mean "provider"\?$/m,
    ],
    [
      'a missing key',
      SMALLEST.replace('  provider: kubeadm\n', ''),
      'CONFIG_INVALID',
      4,
      1,
      /^spec\.provider is missing/,
    ],
    [
      'a missing store',
      SMALLEST.replace(/backup: .*/, 'backup: {}'),
      'CONFIG_INVALID',
      7,
      3,
      /^spec\.backup\.store is missing/,
    ],
    ['another provider', SMALLEST.replace('kubeadm', 'k3s'), 'CONFIG_INVALID', 6, 13, /must be kubeadm/],
    [
      'another API version',
      SMALLEST.replace('dev/v1', 'dev/v2'),
      'CONFIG_INVALID',
      1,
      13,
      /must be kubestair\.dev\/v1/,
    ],
    [
      'a number for a text',
      SMALLEST.replace('name: prod', 'name: 7'),
      'CONFIG_INVALID',
      3,
      19,
      /metadata\.name must be a text, not a number/,
    ],
    ['an empty value', plus('drain:'), 'CONFIG_INVALID', 8, 9, /spec\.drain must be a map, not empty/],
    [
      'a text for a list',
      plus('via: v1.36.1'),
      'CONFIG_INVALID',
      8,
      8,
      /spec\.via must be a list, not a text/,
    ],
    [
      'a duration without a unit',
      plus('gates: { timeout: "600" }'),
      'CONFIG_INVALID',
      8,
      21,
      /duration such as 30s/,
    ],
    [
      'a retention that keeps nothing',
      SMALLEST.replace(/backup: .*/, 'backup: { store: "file:///b", keep: {} }'),
      'CONFIG_INVALID',
      7,
      33,
      /spec\.backup\.keep must name one of last, daily/,
    ],
    [
      'a retention of none',
      SMALLEST.replace(/backup: .*/, 'backup: { store: "file:///b", keep: { daily: 0 } }'),
      'CONFIG_INVALID',
      7,
      48,
      /spec\.backup\.keep\.daily must be 1 or more/,
    ],
    [
      'a prune without a rule',
      SMALLEST.replace(/backup: .*/, 'backup: { store: "file:///b", pruneAfterBackup: true }'),
      'CONFIG_INVALID',
      7,
      51,
      /spec\.backup\.pruneAfterBackup needs spec\.backup\.keep/,
    ],
    ['a duration of days', plus('gates: { timeout: 3d }'), 'CONFIG_INVALID', 8, 21, /duration such as 30s/],
    ['no duration at all', plus('gates: { timeout: "" }'), 'CONFIG_INVALID', 8, 21, /duration such as 30s/],
    [
      'a store without a scheme',
      SMALLEST.replace('s3://', ''),
      'CONFIG_INVALID',
      7,
      20,
      /s3:\/\/bucket\/prefix/,
    ],
    [
      'a relative directory',
      SMALLEST.replace('s3://acme', 'file://acme'),
      'CONFIG_INVALID',
      7,
      20,
      /file:\/\/\/directory/,
    ],
    [
      'no age recipient',
      SMALLEST.replace('prod" }', 'prod", encryptTo: [ssh-rsa] }'),
      'CONFIG_INVALID',
      7,
      58,
      /encryptTo\[0\] must be an age recipient/,
    ],
    [
      'an address that is an option',
      plus('access: { ssh: { addresses: { w1: -oProxyCommand=x } } }'),
      'CONFIG_INVALID',
      8,
      37,
      /addresses\.w1 must be a host name/,
    ],
    [
      'a user that is an option',
      plus('access: { ssh: { user: -l } }'),
      'CONFIG_INVALID',
      8,
      26,
      /must be a user name/,
    ],
    [
      'a shell command as repository',
      plus('packages: { repository: "http://a/$(id)" }'),
      'CONFIG_INVALID',
      8,
      27,
      /must be a URL/,
    ],
    [
      'all preflight errors',
      plus('kubeadm: { ignorePreflightErrors: [all] }'),
      'CONFIG_INVALID',
      8,
      38,
      /name of one preflight check/,
    ],
    [
      'workers of which none may be away',
      plus('workers: { maxUnavailable: 0 }'),
      'CONFIG_INVALID',
      8,
      30,
      /1 or more, or a percentage/,
    ],
    [
      'an order for workers that go all at once',
      plus('workers: { strategy: all-at-once, order: [a] }'),
      'CONFIG_INVALID',
      8,
      37,
      /spec\.workers\.order means nothing to the strategy all-at-once/,
    ],
    [
      'spare hosts for workers that stay where they are',
      plus('workers: { spares: [{ name: w7, address: 10.0.0.27 }] }'),
      'CONFIG_INVALID',
      8,
      14,
      /spec\.workers\.spares means nothing to the strategy rolling/,
    ],
    [
      'a part of workers that may be away where none is',
      plus('workers: { strategy: replace, maxUnavailable: 2 }'),
      'CONFIG_INVALID',
      8,
      33,
      /spec\.workers\.maxUnavailable means nothing to the strategy replace/,
    ],
    [
      'a spare host that is there twice',
      plus('workers: { strategy: replace, spares: [{ name: a, address: b }, { name: c, address: b }] }'),
      'CONFIG_INVALID',
      8,
      33,
      /must name each host once/,
    ],
    [
      'an address that is a command',
      plus('workers: { strategy: replace, spares: [{ name: a, address: "-oProxyCommand=x" }] }'),
      'CONFIG_INVALID',
      8,
      62,
      /spec\.workers\.spares/,
    ],
    [
      'labels that are none',
      plus('workers: { order: ["pool in (a)"] }'),
      'CONFIG_INVALID',
      8,
      22,
      /must be labels such as pool=web/,
    ],
    [
      'a port that is none',
      plus('access: { ssh: { port: 70000 } }'),
      'CONFIG_INVALID',
      8,
      26,
      /must be a port/,
    ],
    [
      'a version that is no text',
      SMALLEST.replace('v1.36.3', '[v1.36.3]'),
      'VERSION_INVALID',
      5,
      3,
      /must be a text such as v1\.36\.3/,
    ],
    ['a major alone', SMALLEST.replace('v1.36.3', '1'), 'VERSION_INVALID', 5, 12, /"1" is not a version/],
    [
      'a minor and a release of it on one way',
      plus('via: [v1.36]'),
      'CONFIG_INVALID',
      8,
      9,
      /1\.36 is not older than v1\.36\.3/,
    ],
    ['a pre-release', SMALLEST.replace('v1.36.3', 'v1.37.0-rc.1'), 'VERSION_INVALID', 5, 12, /pre-release/],
    [
      'a version of a vendor',
      SMALLEST.replace('v1.36.3', 'v1.36.3+k3s1'),
      'CLUSTER_UNSUPPORTED',
      5,
      12,
      /k3s/,
    ],
    [
      'a version on the way that is none',
      plus('via: [v1.35.9, latest]'),
      'VERSION_INVALID',
      8,
      18,
      /"latest" is not a version/,
    ],
    [
      'a way that goes down',
      plus('via: [v1.36.1, v1.35.9]'),
      'CONFIG_INVALID',
      8,
      9,
      /v1\.36\.1 is not older than v1\.35\.9/,
    ],
    [
      'a way that stands still',
      plus('via: [v1.36.3]'),
      'CONFIG_INVALID',
      8,
      9,
      /v1\.36\.3 is not older than v1\.36\.3/,
    ],
    [
      'a way past the target',
      plus('via: [v1.37.1]'),
      'CONFIG_INVALID',
      8,
      9,
      /v1\.37\.1 is not older than v1\.36\.3/,
    ],
    [
      'no version at all',
      SMALLEST.replace('  version: v1.36.3\n', ''),
      'CONFIG_INVALID',
      4,
      1,
      /spec\.version is missing/,
    ],
    ['two versions', plus('versionFrom: { file: VERSION }'), 'CONFIG_INVALID', 8, 3, /exclude each other/],
    ['two clusters', `${SMALLEST}---\n${SMALLEST}`, 'CONFIG_INVALID', 9, 1, /more than one document/],
    ['nothing', '', 'CONFIG_INVALID', 1, 1, /^The file is empty/],
  ])('%s', async (_name, text, code, line, column, message) => {
    const error = await problem(text);
    expect({ code: error.code, location: error.location }).toEqual({
      code,
      location: { file: FILE, line, column },
    });
    expect(error.message).toMatch(message);
    expect(error.next).toBeTruthy();
  });

  test('with the source line, and with every other mistake', async () => {
    const error = await problem(`${plus('drian: {}')}  gates: { timeout: soon }\n`);
    expect(error.message.split('\n')).toEqual([
      'Unknown key "drian" in spec; did you mean "drain"?',
      '  8 |   drian: {}',
      '    |   ^',
      'also clusters/prod.yaml:9:21: spec.gates.timeout must be a duration such as 30s, 10m or 1h30m',
    ]);
  });

  test('behind an alias where the value stands', async () => {
    const error = await problem(plus('drain: &d { timeout: 1m, force: true }\n  gates: *d'));
    expect(error.message).toContain('"force" in spec.gates');
    expect(error.location).toEqual({ file: FILE, line: 8, column: 28 });
  });

  test('inside an alias where the item stands', async () => {
    const error = await problem(plus('kubeadm: { ignorePreflightErrors: &names [Swap] }\n  via: *names'));
    expect(error).toMatchObject({ code: 'VERSION_INVALID', location: { file: FILE, line: 8, column: 45 } });
  });

  test('a file that is not there', async () => {
    const noFile = async () => {
      throw Object.assign(new Error('x'), { code: 'ENOENT' });
    };
    const missing = loadClusterConfig('clusters/pord.yaml', noFile, []);
    await expect(missing).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      location: { file: 'clusters/pord.yaml' },
      message: 'clusters/pord.yaml does not exist',
    });
  });
});

describe('a version without a patch is the newest of its minor', () => {
  test.each(['v1.40', '1.40', '"1.40"'])('%s', async (written) => {
    const { config } = await load(SMALLEST.replace('v1.36.3', written));
    expect(config.version).toBe('1.40');
  });

  test('on the way too', async () => {
    const { config } = await load(SMALLEST.replace('v1.36.3', 'v1.37\n  via: [1.30, v1.36.3]'));
    expect(config).toMatchObject({ version: '1.37', via: ['1.30', 'v1.36.3'] });
  });

  test('and in another file', async () => {
    const text = SMALLEST.replace('version: v1.36.3', 'versionFrom: { file: V, path: v }');
    const { config } = await load(text, { 'clusters/V': 'v: 1.30\n' });
    expect(config.version).toBe('1.30');
  });
});

describe('versionFrom', () => {
  const from = (value: string) => SMALLEST.replace('version: v1.36.3', `versionFrom: ${value}`);
  const KUBEADM = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
`;
  const MACHINES = `kind: Cluster
spec:
  topology:
    version: v1.36.3
---
kind: MachineDeployment
spec: { template: { spec: { version: v1.35.4 } } }
---
kind: List
items: [{ spec: { version: v1.36.1 } }]
`;

  test.each<[string, string, string, string, number, number]>([
    ['a plain file', '{ file: VERSION }', 'clusters/VERSION', '# the version of prod\n\n  v1.36.3\n', 3, 3],
    ['a file beside', '{ file: ../VERSION }', 'VERSION', '1.36.3', 1, 1],
    [
      'kubeadm’s ClusterConfiguration',
      '{ file: kubeadm.yaml, path: kubernetesVersion }',
      'clusters/kubeadm.yaml',
      KUBEADM,
      6,
      20,
    ],
    [
      'a Cluster API object',
      '{ file: capi.yaml, path: spec.topology.version }',
      'clusters/capi.yaml',
      MACHINES,
      4,
      14,
    ],
  ])('reads %s', async (_name, value, path, text, line, column) => {
    const { config, versionAt } = await load(from(value), { [path]: text });
    expect(config.version).toBe('v1.36.3');
    expect(versionAt).toEqual({ file: path, line, column });
  });

  test('reads an item of a list', async () => {
    const { config } = await load(from('{ file: capi.yaml, path: "items[0].spec.version" }'), {
      'clusters/capi.yaml': MACHINES,
    });
    expect(config.version).toBe('v1.36.1');
  });

  test.each<[string, string, Readonly<Record<string, string>>, string, object, RegExp]>([
    [
      'no such file',
      '{ file: VERSION }',
      {},
      'CONFIG_NOT_FOUND',
      { file: FILE, line: 5, column: 24 },
      /clusters\/VERSION does not exist/,
    ],
    [
      'an empty file',
      '{ file: VERSION }',
      { 'clusters/VERSION': '\n' },
      'CONFIG_INVALID',
      { file: FILE, line: 5, column: 24 },
      /is empty/,
    ],
    [
      'a file with more',
      '{ file: VERSION }',
      { 'clusters/VERSION': 'a: 1\nb: 2' },
      'CONFIG_INVALID',
      { file: FILE, line: 5, column: 24 },
      /spec\.versionFrom\.path/,
    ],
    [
      'a path that leads nowhere',
      '{ file: V, path: spec.version }',
      { 'clusters/V': 'a: 1' },
      'CONFIG_INVALID',
      { file: FILE, line: 5, column: 33 },
      /no version at spec\.version/,
    ],
    [
      'a path to a map',
      '{ file: V, path: spec }',
      { 'clusters/V': 'spec: { a: 1 }' },
      'CONFIG_INVALID',
      { file: FILE, line: 5, column: 33 },
      /no version at spec/,
    ],
    [
      'several versions',
      '{ file: V, path: v }',
      { 'clusters/V': 'v: v1.36.3\n---\nv: v1.35.4\n' },
      'CONFIG_INVALID',
      { file: FILE, line: 5, column: 33 },
      /v1\.36\.3 at clusters\/V:1:4, v1\.35\.4 at clusters\/V:3:4/,
    ],
    [
      'broken YAML',
      '{ file: V, path: v }',
      { 'clusters/V': 'v: "v1' },
      'CONFIG_SYNTAX',
      { file: 'clusters/V', line: 1, column: 7 },
      /quote/,
    ],
    [
      'no version there',
      '{ file: V, path: v }',
      { 'clusters/V': 'x: 1\nv: 36\n' },
      'VERSION_INVALID',
      { file: 'clusters/V', line: 2, column: 4 },
      /"36" is not a version/,
    ],
  ])('refuses %s', async (_name, value, others, code, location, message) => {
    const error = await problem(from(value), others);
    expect({ code: error.code, location: error.location }).toEqual({ code, location });
    expect(error.message).toMatch(message);
  });
});

describe('an acceptance', () => {
  const accept = (over: string, more = '') =>
    plus(`accept: [{ check: empty-dirs, object: Pod/a/b, reason: r, until: 2027-01-31${over} }${more}]`);
  const one = (text: string) => plus(`accept: [{ ${text} }]`);

  test.each([
    ['without a reason', one('check: empty-dirs, object: Pod/a/b, until: 2027-01-31'), /reason is missing/],
    [
      'with an empty reason',
      one('check: empty-dirs, object: o, reason: "", until: 2027-01-31'),
      /not be empty/,
    ],
    ['without an end', one('check: empty-dirs, object: Pod/a/b, reason: r'), /until is missing/],
    [
      'that ends on no day',
      one('check: empty-dirs, object: o, reason: r, until: 2027-02-30'),
      /must be a day such/,
    ],
    [
      'of a check that does not exist',
      accept('').replace('empty-dirs', 'empty-dir'),
      /did you mean "empty-dirs"/,
    ],
    ['of a mandatory check', accept('').replace('empty-dirs', 'version-skew'), /mandatory: no acceptance/],
    [
      'that is there twice',
      accept('', ', { check: empty-dirs, object: Pod/a/b, reason: s, until: 2027-03-01 }'),
      /accepted twice/,
    ],
  ])('%s is refused at its line', async (_name, text, message) => {
    const error = await problem(text);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', location: { file: FILE, line: 8 } });
    expect(error.message).toMatch(message);
  });
});
