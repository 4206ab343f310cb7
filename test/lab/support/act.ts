import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { attempt, run } from '../command.ts';
import { toolPart } from '../parts/catalog.ts';
import { ensurePart } from '../parts/parts.ts';

const checkout = path.resolve(import.meta.dirname, '../../..');

/** The repository that the examples belong to, as its users have it: workflows, cluster files, one commit. */
export interface ExampleRepository extends AsyncDisposable {
  readonly path: string;
}

export interface WorkflowStart {
  /** File name below examples/. */
  readonly workflow: string;
  readonly event: 'workflow_dispatch' | 'schedule' | 'push' | 'pull_request';
  /** Only this job and those that it needs. */
  readonly job?: string;
  /** Inputs of a workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** What the runner's environment has besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further fields of the event's payload. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface WorkflowEnded {
  readonly code: number;
  /** What the steps printed. */
  readonly printed: string;
  /** `job/step: success`, in the order in which they ended. */
  readonly steps: readonly string[];
  /** Outputs by `step id/name`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** What actions of others do is not what the examples are about; each stands here for what a later step needs of it. */
const STAND_INS: Readonly<Record<string, object>> = {
  'actions/upload-artifact@v6': {
    name: 'Keeps files for a later job',
    inputs: { name: { required: true }, path: { required: true } },
    runs: {
      using: 'composite',
      steps: [
        {
          shell: 'bash',
          run: 'mkdir -p "$ARTIFACTS/$NAME"; echo "$FROM" | while read -r file; do if [ -n "$file" ]; then cp "$file" "$ARTIFACTS/$NAME/"; fi; done',
          // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
          env: { NAME: '${{ inputs.name }}', FROM: '${{ inputs.path }}' },
          // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
        },
      ],
    },
  },
  'actions/download-artifact@v7': {
    name: 'Brings what an earlier job kept',
    inputs: { name: { required: true }, path: { required: true } },
    runs: {
      using: 'composite',
      steps: [
        {
          shell: 'bash',
          run: 'mkdir -p "$TO" && cp "$ARTIFACTS/$NAME/"* "$TO/"',
          // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
          env: { NAME: '${{ inputs.name }}', TO: '${{ inputs.path }}' },
          // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
        },
      ],
    },
  },
  'aws-actions/configure-aws-credentials@v6': {
    name: 'Takes the credentials of the test for those of a role',
    inputs: { 'role-to-assume': { required: true }, 'aws-region': { required: true } },
    runs: {
      using: 'composite',
      steps: [
        {
          shell: 'bash',
          run: [
            'test -n "$ROLE" && test -n "$REGION"',
            'echo "AWS_ACCESS_KEY_ID=$ASSUMED_ACCESS_KEY_ID" >> "$GITHUB_ENV"',
            'echo "AWS_SECRET_ACCESS_KEY=$ASSUMED_SECRET_ACCESS_KEY" >> "$GITHUB_ENV"',
          ].join('\n'),
          // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
          env: { ROLE: '${{ inputs.role-to-assume }}', REGION: '${{ inputs.aws-region }}' },
          // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions that the runner evaluates
        },
      ],
    },
  },
};

/** @param files further files by path, for example `clusters/prod.yaml` */
export async function exampleRepository(files: Readonly<Record<string, string>>): Promise<ExampleRepository> {
  const root = await mkdtemp(path.join(tmpdir(), 'kubestair-act-'));
  const repository = path.join(root, 'repository');
  await mkdir(path.join(repository, '.github'), { recursive: true });
  await cp(path.join(checkout, 'examples'), path.join(repository, '.github/workflows'), {
    recursive: true,
    filter: (source) => !source.endsWith('/clusters'),
  });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(repository, name)), { recursive: true });
    await writeFile(path.join(repository, name), content);
  }
  for (const [name, action] of Object.entries(STAND_INS)) {
    await mkdir(path.join(root, 'actions', name), { recursive: true });
    await writeFile(path.join(root, 'actions', name, 'action.yml'), stringify(action));
  }
  const git = (...args: readonly string[]) =>
    run('git', ['-C', repository, '-c', 'user.name=ops', '-c', 'user.email=ops@example.com', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', 'https://github.com/acme/clusters.git');
  await git('add', '.');
  await git('commit', '--quiet', '--message=Clusters');
  return { path: repository, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/**
 * Runs a workflow of the examples as it stands, on this machine and without containers: `kubestair/kubestair@v1` is this checkout
 * with its dist, which has to be built.
 */
export async function runWorkflow(
  repository: ExampleRepository,
  { workflow, event, job, inputs = {}, secrets = {}, vars = {}, env = {}, payload = {} }: WorkflowStart,
): Promise<WorkflowEnded> {
  const act = path.join(await ensurePart(toolPart('act'), () => undefined), 'act');
  const home = path.dirname(repository.path);
  const own = path.join(home, 'actions', 'kubestair');
  await mkdir(own, { recursive: true });
  await cp(path.join(checkout, 'action.yml'), path.join(own, 'action.yml'));
  await cp(path.join(checkout, 'dist'), path.join(own, 'dist'), { recursive: true });
  const eventFile = path.join(home, 'event.json');
  await writeFile(eventFile, JSON.stringify({ ...payload, inputs }));
  const envFile = path.join(home, 'runner.env');
  await writeFile(
    envFile,
    Object.entries({ ...env, ARTIFACTS: path.join(home, 'artifacts') })
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join(''),
  );
  const actions = {
    'kubestair/kubestair@v1': own,
    ...Object.fromEntries(Object.keys(STAND_INS).map((name) => [name, path.join(home, 'actions', name)])),
  };
  const { code, stdout, stderr } = await attempt(
    act,
    [
      event,
      ...['--workflows', `.github/workflows/${workflow}`],
      ...(job === undefined ? [] : ['--job', job]),
      ...['--eventpath', eventFile],
      ...['--platform', 'ubuntu-latest=-self-hosted', '--pull=false', '--no-cache-server', '--json'],
      ...['--action-cache-path', path.join(home, 'cache')],
      ...Object.entries(actions).flatMap(([name, place]) => ['--local-repository', `${name}=${place}`]),
      // Values come from the environment: a process list shows arguments to everybody. An empty one would be asked for.
      ...namesOf(secrets).flatMap((name) => ['--secret', name]),
      ...namesOf(vars).flatMap((name) => ['--var', name]),
      ...['--env-file', envFile],
    ],
    {
      cwd: repository.path,
      env: {
        ...secrets,
        ...vars,
        HOME: home,
        PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      },
    },
  );
  const lines = stdout.split('\n').flatMap(readLine);
  const ended = {
    code,
    printed: lines.flatMap(({ raw_output, msg }) => (raw_output ? [msg] : [])).join(''),
    steps: lines.flatMap(({ jobID, step, stepID = [], stepResult, stage }) =>
      stepResult === undefined || stage !== 'Main' || stepID.length > 1
        ? []
        : [`${jobID}/${step}: ${stepResult}`],
    ),
    outputs: Object.fromEntries(
      lines.flatMap(({ command, stepID = [], name, arg }) =>
        command === 'set-output' && name !== undefined ? [[`${stepID.join('.')}/${name}`, arg ?? '']] : [],
      ),
    ),
  };
  console.error(
    `$ act ${event} ${workflow}\n${ended.printed}${stderr}${ended.steps.join('\n')}\nexit code ${code}`,
  );
  return ended;
}

function namesOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === '' ? [] : [name]));
}

interface LogLine {
  readonly msg: string;
  readonly jobID?: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly stepResult?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
}

function readLine(line: string): readonly LogLine[] {
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
