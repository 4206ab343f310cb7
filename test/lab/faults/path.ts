import type { Fault } from './fault.ts';

export const pathFaults: readonly Fault[] = [];
