import type { Fault } from './fault.ts';

export const evidenceFaults: readonly Fault[] = [];
