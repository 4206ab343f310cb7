import { beforeEach, expect, test } from 'vitest';
import { endJournal } from '../../../src/commands/end-journal.ts';
import { KubestairError } from '../../../src/errors.ts';
import { openJournal, readLastRun } from '../../../src/rollout/journal.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { type RecordedLog, recordedLog } from '../backup/support/quiet.ts';
import { type FakeClock, fakeClock } from './clock.ts';

let clock: FakeClock;
let log: RecordedLog;

beforeEach(() => {
  clock = fakeClock();
  log = recordedLog();
});

test('entries come back in order, and only those of the newest run', async () => {
  const store = memoryStore();
  for (const runId of ['20261120T090000Z-aaaa', '20261121T090000Z-bbbb']) {
    const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
    journal.record('run', 'started', `of ${runId}`);
    for (let index = 1; index <= 11; index += 1) journal.record(`v1.36.3/w${index}/drain`, 'done');
    await journal.flush(1000);
  }
  const entries = await readLastRun(store, 'prod');
  expect(entries[0]).toEqual({
    runId: '20261121T090000Z-bbbb',
    at: '2026-11-21T09:00:00.000Z',
    step: 'run',
    event: 'started',
    detail: 'of 20261121T090000Z-bbbb',
  });
  expect(entries.slice(1).map(({ step }) => step)).toEqual(
    Array.from({ length: 11 }, (_, index) => `v1.36.3/w${index + 1}/drain`),
  );
  expect(await readLastRun(store, 'other')).toEqual([]);
});

test('a store that is away holds nothing up, and gets every entry once it is back', async () => {
  let away = true;
  const store = memoryStore(() => {
    if (away) throw new KubestairError('STORE_FAILED', 'no route');
  });
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  journal.record('a', 'started');
  journal.record('a', 'done');
  await clock.sleep(60_000);
  expect(store.objects.size).toBe(0);
  expect(log.lines).toEqual(['the journal cannot be written, trying on: no route']);
  away = false;
  await clock.sleep(10_000);
  expect((await readLastRun(store, 'prod')).map(({ event }) => event)).toEqual(['started', 'done']);
  await journal.flush(1000);
  expect(log.lines).toHaveLength(1);
});

test('an entry whose answer got lost is there once', async () => {
  const store = memoryStore();
  const put = store.put.bind(store);
  let lost = false;
  store.put = async (key, body, options) => {
    await put(key, body, options);
    if (lost) return;
    lost = true;
    throw new KubestairError('STORE_FAILED', 'connection reset');
  };
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  journal.record('a', 'started');
  journal.record('a', 'done');
  await clock.sleep(20_000);
  expect((await readLastRun(store, 'prod')).map(({ event }) => event)).toEqual(['started', 'done']);
});

test('a run that ended by itself waits five minutes for its store, and loses nothing', async () => {
  let away = true;
  const store = memoryStore(() => {
    if (away) throw new KubestairError('STORE_UNREACHABLE', 'no route');
  });
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  for (let index = 0; index < 40; index += 1) journal.record(`s${index}`, 'done');
  clock.at(290_000, () => {
    away = false;
  });
  await endJournal(journal, { state: 'changed' });
  const entries = await readLastRun(store, 'prod');
  expect(entries).toHaveLength(41);
  expect(entries.at(-1)).toMatchObject({ step: 'run', event: 'done' });
  expect(log.lines).toHaveLength(1);
});

test('one that was stopped does not', async () => {
  const store = memoryStore(() => {
    throw new KubestairError('STORE_UNREACHABLE', 'no route');
  });
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  const began = clock.monotonic();
  await endJournal(journal, { state: 'interrupted' });
  expect(clock.monotonic() - began).toBe(2000);
});

test('flush gives up in time, and says how much is missing', async () => {
  const store = memoryStore(() => {
    throw new KubestairError('STORE_FAILED', 'no route');
  });
  const journal = openJournal({ store, cluster: 'prod', runId: 'run-1', clock, log });
  journal.record('a', 'started');
  journal.record('a', 'done');
  const began = clock.now().getTime();
  await journal.flush(3000);
  expect(clock.now().getTime() - began).toBe(3000);
  expect(log.lines.at(-1)).toBe('2 entries of the journal could not be written to memory://store');
});
