import { expect, test } from 'vitest';
import { resumeHint } from '../../../src/report/commands.ts';

const common = { file: 'clusters/prod.yaml', verbose: true, access: {} };

test('an upgrade goes on with the plan that was approved', () => {
  const planHash = '0a'.repeat(32);
  expect(resumeHint({ command: 'upgrade', ...common, planHash })).toBe(
    `To go on where it stopped: kubestair upgrade -f clusters/prod.yaml --plan-hash ${planHash}`,
  );
});

test('a restore goes on with everything that it was asked for', () => {
  const request = {
    command: 'restore-resources',
    ...common,
    namespace: ['shop', "a'b"],
    skipRefused: true,
  } as const;
  expect(resumeHint(request)).toBe(
    `To go on where it stopped: kubestair restore resources -f clusters/prod.yaml --namespace shop --namespace 'a'\\''b' --skip-refused`,
  );
});

test('a rollback goes on with the files that it was given', () => {
  const access = { ageIdentityFile: './my key.txt', kubeconfigFile: '/etc/admin.conf' };
  expect(resumeHint({ command: 'rollback', ...common, access, confirm: 'prod' })).toBe(
    "To go on where it stopped: kubestair rollback -f clusters/prod.yaml --identity './my key.txt' --confirm prod --kubeconfig /etc/admin.conf",
  );
});

test('private copies of inputs, which are gone after the run, are not named', () => {
  const access = {
    ageIdentityFile: '/tmp/x/age-identity',
    kubeconfigFile: '/tmp/x/kubeconfig',
    fromInputs: true,
  } as const;
  expect(resumeHint({ command: 'rollback', ...common, access })).toBe(
    'To go on where it stopped: kubestair rollback -f clusters/prod.yaml --identity key.txt',
  );
});

test('a plan starts again', () => {
  expect(resumeHint({ command: 'plan', ...common })).toBe(
    'To start again: kubestair plan -f clusters/prod.yaml',
  );
});

test('a fetch goes on with the backup that it was about', () => {
  expect(resumeHint({ command: 'fetch', ...common, id: 'latest', to: './a b' })).toBe(
    `To go on where it stopped: kubestair fetch latest -f clusters/prod.yaml --to './a b'`,
  );
});
