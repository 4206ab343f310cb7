import type { Fault } from './fault.ts';

export const forecastFaults: readonly Fault[] = [];
