import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ReleaseSources } from './release.ts';

/** What a component of a release makes of a gate that is set: it may be either, or must stay what it is. */
type GateState = 'free' | 'locked-on' | 'locked-off';

const featureList = z.array(
  z.object({
    name: z.string(),
    versionedSpecs: z.array(
      z.object({ version: z.string(), default: z.boolean(), lockToDefault: z.boolean() }),
    ),
  }),
);

/**
 * Every feature gate of a release. Kubernetes keeps the list in its repository, proves it against its sources in its own CI, and a
 * component that is given a gate beside it does not start (k8s.io/component-base/featuregate, "unrecognized feature gate").
 */
export function gatesOf(release: ReleaseSources): ReadonlyMap<string, GateState> {
  const file = 'test/compatibility_lifecycle/reference/versioned_feature_list.yaml';
  const list = featureList.parse(parse(readFileSync(path.join(release.kubernetes, file), 'utf8')));
  return new Map(
    list.map(({ name, versionedSpecs }) => {
      const spec = versionedSpecs.findLast(({ version }) => isUpTo(version, release.minor));
      if (spec === undefined) throw new Error(`${release.version} has no state for the gate ${name}`);
      return [name, stateOf(spec)];
    }),
  );
}

function stateOf(spec: { readonly default: boolean; readonly lockToDefault: boolean }): GateState {
  if (!spec.lockToDefault) return 'free';
  return spec.default ? 'locked-on' : 'locked-off';
}

function isUpTo(version: string, minor: string): boolean {
  const number = (text: string) => Number(text.split('.')[1]);
  return number(version) <= number(minor);
}
