import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

/** A look at a clock is off by half a round trip, and by whole seconds on a busy host. */
const TOLD_FROM_SECONDS = 5;
/** Certificates that the controller manager signs begin five minutes in the past (pkg/controller/certificates/signer, Backdate). */
const BLOCKS_FROM_SECONDS = 240;

/** Clocks of the hosts agree with each other; the runner's own does not matter. */
export const clockSkew: Check = {
  id: 'clock-skew',
  about: 'The clocks of the hosts agree.',
  severity: 'blocking',
  evidence: "Each host's clock, compared with the median of all.",
  remedy: 'Let the host keep time with chrony or systemd-timesyncd.',
  find: ({ observation }) => {
    const offsets = observation.nodes
      .flatMap(({ host }) => (host.known ? [host.value.facts.clockOffsetSeconds ?? Number.NaN] : []))
      .filter((offset) => Number.isFinite(offset))
      .toSorted((a, b) => a - b);
    const median = offsets[Math.floor((offsets.length - 1) / 2)] ?? 0;
    return perHost(observation, ({ clockOffsetSeconds = median }, { name }) => {
      const off = clockOffsetSeconds - median;
      if (Math.abs(off) < TOLD_FROM_SECONDS) return [];
      const grave = Math.abs(off) >= BLOCKS_FROM_SECONDS;
      return [
        {
          severity: grave ? 'blocking' : 'warning',
          message: `its clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the other hosts: ${
            grave ? 'certificates and tokens are not yet or no longer valid there' : 'etcd and tokens mind'
          }`,
          remedy: `Set the clock of ${name}, and let chrony or systemd-timesyncd keep it: timedatectl status`,
        },
      ];
    });
  },
};
