import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sourceMinors } from '../../../src/providers/kubeadm/scripts/source-minors.ts';

function minors(source: string, configured?: string): readonly string[] {
  const apt = mkdtempSync(path.join(tmpdir(), 'apt-'));
  onTestFinished(() => rmSync(apt, { recursive: true, force: true }));
  mkdirSync(path.join(apt, 'sources.list.d'));
  writeFileSync(path.join(apt, 'sources.list.d/kubernetes.list'), source);
  const printed = execFileSync('sh', ['-euc', sourceMinors(configured, apt)], { encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

it('tells the minor that a host takes its packages of', () => {
  const source = 'deb [signed-by=/k.gpg] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /\n';
  expect(minors(source)).toEqual(['/v1.36/deb']);
  expect(minors(source, 'https://mirror.example/core:/stable:')).toEqual(['/v1.36/deb']);
});

it('passes over what is commented out and what is of others', () => {
  expect(
    minors(`# deb https://pkgs.k8s.io/core:/stable:/v1.34/deb/ /
deb https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /
deb https://deb.debian.org/debian bookworm main
`),
  ).toEqual(['/v1.35/deb']);
  expect(minors('deb https://deb.debian.org/debian bookworm main\n')).toEqual([]);
});
