import type { EtcdObservation, Observation } from '../../cluster/observation.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

const OBJECT = 'etcd';

/** etcd is whole, and stays able to write while one member restarts. */
export const etcdHealthy: Check = {
  id: 'etcd-healthy',
  about:
    'Every member of etcd is started and healthy, one leads, none is a learner, no alarm is raised, and one member may go away.',
  severity: 'blocking',
  evidence: 'The member list, status and alarms of etcd, asked of every member itself.',
  remedy: 'Mend, promote or remove the member, and clear the alarm, before anything is upgraded.',
  mandatory: true,
  find: ({ observation: { etcd } }) => {
    if (etcd.known) {
      return [membersOf, leaderOf, alarmsOf, quorumOf].flatMap((judge) => judge(etcd.value));
    }
    return [
      {
        severity: 'unknown',
        object: OBJECT,
        message: `its state could not be read: ${etcd.reason}`,
        remedy:
          'Make etcd reachable from a control-plane host with the certificates that its API server uses (--etcd-certfile), and plan again.',
      },
    ];
  },
};

/** What would block an upgrade now, in the check's own words; empty while etcd is whole and survives the loss of one member. */
export function etcdProblems(etcd: Observation['etcd']): readonly string[] {
  if (!etcd.known) return [`its state could not be read: ${etcd.reason}`];
  return [...membersOf(etcd.value), ...leaderOf(etcd.value), ...alarmsOf(etcd.value), ...quorumOf(etcd.value)]
    .filter(({ severity }) => severity !== 'info')
    .map(({ object, message }) => `${object} ${message}`);
}

function membersOf({ members, alarms }: EtcdObservation): readonly Omit<Finding, 'check'>[] {
  return members.flatMap(({ id, name, learner, healthy }) => {
    const object = `etcd member ${name === '' ? id : name}`;
    if (name === '') {
      return [
        {
          severity: 'blocking',
          object,
          message: learner
            ? 'was added as a learner but never started'
            : 'was added but never started: it counts for the quorum all the same',
          remedy: `Start it, or take it out with etcdctl member remove ${id}.`,
        },
      ];
    }
    // An alarm is what makes a member unhealthy, and is told by itself.
    if (!healthy && !alarms.some((alarm) => alarm.endsWith(` on ${name}`))) {
      return [
        {
          severity: 'blocking',
          object,
          message: learner ? 'is a learner, and does not answer' : 'is not healthy',
          remedy: `Look at its log and start it: etcdctl endpoint status --cluster. If it is gone for good: etcdctl member remove ${id}.`,
        },
      ];
    }
    if (!learner) return [];
    const remedy = `Promote it with etcdctl member promote ${id}, or take it out with etcdctl member remove ${id}.`;
    return [{ severity: 'blocking', object, message: 'is a learner, which counts for no quorum', remedy }];
  });
}

/** Where a member does not answer, it may be the leader, and is told of already. */
function leaderOf({ members }: EtcdObservation): readonly Omit<Finding, 'check'>[] {
  if (members.some(({ leader, healthy }) => leader || !healthy)) return [];
  return [
    {
      severity: 'blocking',
      object: OBJECT,
      message: 'no member is its leader: nothing can be written',
      remedy: 'See whether its members reach each other: etcdctl endpoint status --cluster -w table.',
    },
  ];
}

function alarmsOf({ alarms }: EtcdObservation): readonly Omit<Finding, 'check'>[] {
  return alarms.map((alarm) => ({
    severity: 'blocking',
    object: OBJECT,
    message: `raises the alarm ${alarm}`,
    remedy:
      'For NOSPACE run kubestair defrag, which frees space and takes the alarm back (by hand: etcdctl compact, etcdctl defrag, etcdctl alarm disarm); for CORRUPT replace the member.',
  }));
}

function quorumOf({ topology, members }: EtcdObservation): readonly Omit<Finding, 'check'>[] {
  // kubeadm restarts no member of an etcd that it did not make.
  if (topology === 'external') return [];
  const voters = members.filter(({ learner }) => !learner);
  if (voters.length === 1) {
    return [
      {
        severity: 'info',
        object: OBJECT,
        message: 'has a single member: the API does not answer while it restarts, for a minute or so',
        remedy: 'Nothing to do; three control-plane nodes would keep it answering.',
      },
    ];
  }
  const quorum = Math.floor(voters.length / 2) + 1;
  const left = voters.filter(({ healthy }) => healthy).length - 1;
  if (left >= quorum) return [];
  return [
    {
      severity: 'blocking',
      object: OBJECT,
      message: `would lose its quorum when one member restarts: ${left} healthy of ${voters.length} would be left, ${quorum} are needed`,
      remedy:
        voters.length === 2 ? 'Add a third member, or remove one.' : 'Mend the unhealthy members first.',
    },
  ];
}
