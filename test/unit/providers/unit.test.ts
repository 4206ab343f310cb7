import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { Host } from '../../../src/ports/host.ts';
import { raiseFence, runUnit } from '../../../src/providers/kubeadm/unit.ts';
import { succeededScript, unitName } from '../../../src/providers/kubeadm/unit-script.ts';
import { localHost, quickClock, told } from './local-host.ts';

const name = unitName('cluster', 'v1.36.3/w1/kubelet');
const unit = (script: string) => ({ name, title: 'a test', script });
const lost = () => new KubestairError('HOST_UNREACHABLE', 'the line is cut');

/** The same host over a line that is cut at some calls, before or after the host did what it was told. */
function over(host: Host, cut: (call: number, script: string) => 'before' | 'after' | undefined): Host {
  let calls = 0;
  return {
    ...host,
    async run(script, options) {
      calls += 1;
      const when = cut(calls, script);
      if (when === 'before') throw lost();
      const result = await host.run(script, options);
      if (when === 'after') throw lost();
      return result;
    },
  };
}

function starts(host: { calls(): readonly string[] }): number {
  return host.calls().filter((line) => line.startsWith('systemd-run')).length;
}

describe('runUnit', () => {
  test('follows the output line by line, without colours, to the exit code', async () => {
    const host = localHost();
    const context = told();
    const script = `printf '\\033[0;32mfirst\\033[0m\\n'; sleep 0.2; echo second; echo third >&2; printf unfinished; exit 7`;
    const end = await runUnit(host, unit(script), quickClock(), context);
    expect(end).toEqual({ exitCode: 7, lines: ['first', 'second', 'third', 'unfinished'] });
    expect(context.said).toEqual(['first', 'second', 'third', 'unfinished']);
  });

  test('brings long output whole, with its last lines kept', async () => {
    const context = told();
    const end = await runUnit(localHost(), unit('seq 1 40000'), quickClock(), context);
    expect(context.said).toHaveLength(40_000);
    expect(context.said[20_000]).toBe('20001');
    expect(end.lines.at(-1)).toBe('40000');
    expect(end.lines).toHaveLength(60);
  });

  test('a command that fails in the script ends it', async () => {
    const end = await runUnit(localHost(), unit('false\necho never'), quickClock(), told());
    expect(end).toEqual({ exitCode: 1, lines: [] });
  });

  test('a line that is cut again and again changes nothing', async () => {
    const host = localHost();
    const context = told();
    const cutting = over(host, (call) => (call % 2 === 0 ? 'after' : call % 3 === 0 ? 'before' : undefined));
    const end = await runUnit(cutting, unit('echo one; sleep 0.3; echo two'), quickClock(), context);
    expect(end.exitCode).toBe(0);
    expect(context.said).toEqual(['one', 'two']);
    expect(starts(host)).toBe(1);
    expect(context.notes.length).toBeGreaterThan(0);
  });

  test('a start whose answer got lost is not repeated, even when the unit ended meanwhile', async () => {
    const host = localHost();
    let cut = false;
    const once = over(host, (_, script) => {
      if (!script.includes('systemd-run') || cut) return undefined;
      cut = true;
      return 'after';
    });
    const end = await runUnit(once, unit('echo done'), quickClock(), told());
    expect(end).toEqual({ exitCode: 0, lines: ['done'] });
    expect(starts(host)).toBe(1);
  });

  test('a start that never reached the host is repeated and does not take an older result for its own', async () => {
    const host = localHost();
    expect((await runUnit(host, unit('echo old; exit 3'), quickClock(), told())).exitCode).toBe(3);
    let cut = false;
    const once = over(host, (_, script) => {
      if (!script.includes('systemd-run') || cut) return undefined;
      cut = true;
      return 'before';
    });
    const clock = quickClock();
    await clock.sleep(1000);
    const end = await runUnit(once, unit('echo new'), clock, told());
    expect(end).toEqual({ exitCode: 0, lines: ['new'] });
  });

  test('a host that stays away is given up after ten minutes', async () => {
    const clock = quickClock(0);
    const began = clock.now().getTime();
    const away = over(localHost(), () => 'before');
    await expect(runUnit(away, unit('true'), clock, told())).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
    });
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(600_000);
  });

  test('a changed host key is no line to wait for', async () => {
    const changed: Host = {
      ...localHost(),
      run: () => Promise.reject(new KubestairError('HOST_KEY_CHANGED', 'another key')),
    };
    await expect(runUnit(changed, unit('true'), quickClock(), told())).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
    });
  });

  test('an abort leaves the unit alone, and a later run follows it to its end', async () => {
    const host = localHost();
    const stop = new AbortController();
    const first = runUnit(host, unit('echo begun; sleep 1; echo ended'), quickClock(), told(stop.signal));
    setTimeout(() => stop.abort(new Error('cancelled')), 200);
    await expect(first).rejects.toThrow('cancelled');
    const context = { ...told(), runId: 'run-2' };
    const end = await runUnit(host, unit('echo begun again'), quickClock(), context);
    expect(end).toEqual({ exitCode: 0, lines: ['begun', 'ended'] });
    expect(context.notes).toEqual(['found it still running on w1 and followed it']);
    expect(starts(host)).toBe(1);
  });

  test('two runs at once do the work once, and both see its end', async () => {
    const host = localHost();
    const script =
      'echo working; sleep 0.5; echo x >>"$KUBESTAIR_DIRECTORY/count"; cat "$KUBESTAIR_DIRECTORY/count"';
    const ends = await Promise.all(
      ['run-1', 'run-2'].map((runId) => runUnit(host, unit(script), quickClock(), { ...told(), runId })),
    );
    expect(ends).toEqual([
      { exitCode: 0, lines: ['working', 'x'] },
      { exitCode: 0, lines: ['working', 'x'] },
    ]);
  });

  test('a unit that was killed has no exit code', async () => {
    const host = localHost();
    const context = told();
    const running = runUnit(host, unit('echo begun; sleep 30'), quickClock(), context);
    while (context.said.length === 0) await delay(20);
    const pid = Number(host.read(`var/lib/kubestair/units/${name}/pid`));
    process.kill(-pid, 'SIGKILL');
    expect(await running).toEqual({ exitCode: undefined, lines: ['begun'] });
  });

  test('a failed unit is started anew', async () => {
    const host = localHost();
    const script =
      'if [ -e "$KUBESTAIR_DIRECTORY/tried" ]; then echo better; else touch "$KUBESTAIR_DIRECTORY/tried"; exit 1; fi';
    expect((await runUnit(host, unit(script), quickClock(), told())).exitCode).toBe(1);
    const again = await runUnit(host, unit(script), quickClock(), { ...told(), runId: 'run-2' });
    expect(again).toEqual({ exitCode: 0, lines: ['better'] });
  });

  test('what a script holds is no matter: quotes, dollars, and the mark of its own end', async () => {
    const script = `echo 'it'"'"'s $HOME'\ncat <<'X'\nKUBESTAIR_END\n$(exit 9)\nX`;
    const end = await runUnit(localHost(), unit(script), quickClock(), told());
    expect(end).toEqual({ exitCode: 0, lines: ["it's $HOME", 'KUBESTAIR_END', '$(exit 9)'] });
  });
});

describe('succeededScript', () => {
  const seal =
    'echo v1 >"$KUBESTAIR_DIRECTORY/../config"; sha256sum "$KUBESTAIR_DIRECTORY/../config" >"$KUBESTAIR_DIRECTORY/seal"';

  test('says yes after success, and no after failure or before any start', async () => {
    const host = localHost();
    expect((await host.run(succeededScript(name))).stdout).toBe('');
    await runUnit(host, unit('exit 1'), quickClock(), told());
    expect((await host.run(succeededScript(name))).stdout).toBe('');
    await runUnit(host, unit('true'), quickClock(), { ...told(), runId: 'run-2' });
    expect((await host.run(succeededScript(name))).stdout).toBe('yes\n');
  });

  test('says no once what the unit wrote has changed', async () => {
    const host = localHost();
    await runUnit(host, unit(seal), quickClock(), told());
    expect((await host.run(succeededScript(name))).stdout).toBe('yes\n');
    host.write('var/lib/kubestair/units/config', 'restored from a backup\n');
    expect((await host.run(succeededScript(name))).stdout).toBe('');
  });
});

test('a unit belongs to one step of one cluster', () => {
  const names = [unitName('a', 's'), unitName('a', 't'), unitName('b', 's')];
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toMatch(/^kubestair-[0-9a-f]{16}$/);
});

describe('a fence', () => {
  test('refuses the start of a run whose lock was taken over, and nothing runs', async () => {
    const host = localHost();
    await raiseFence(host, 5);
    const stale = runUnit(host, unit('echo ran'), quickClock(), { ...told(), epoch: 4 });
    await expect(stale).rejects.toMatchObject({
      code: 'LOCK_LOST',
      message: expect.stringContaining('epoch 5'),
    });
    expect(host.calls()).toEqual([]);
  });

  test('lets equal and higher epochs pass, and remembers the highest', async () => {
    const host = localHost();
    await raiseFence(host, 5);
    for (const epoch of [5, 6])
      await runUnit(host, unit('echo ran'), quickClock(), { ...told(), runId: `run-${epoch}`, epoch });
    expect(host.read('var/lib/kubestair/epoch')).toBe('6\n');
    await expect(raiseFence(host, 5)).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });
});
