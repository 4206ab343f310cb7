import type { PureProvider } from '../../plan/saved/record.ts';
import { workersMustPass } from './due.ts';
import { kubeadmSteps } from './steps.ts';

/** The decisions of the provider that need no host and no API. */
export const kubeadmPlanning: PureProvider = { steps: kubeadmSteps, workersMustPass };
