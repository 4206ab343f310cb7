import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Binary } from './binaries.ts';
import { freePort, startServer } from './server.ts';
import { temporaryDirectory } from './temporary.ts';

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly credentials: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string };
  /** Directory that holds one directory per bucket. */
  readonly root: string;
}

/** A real S3 server with the buckets named. @param options `versions`: buckets may be told to keep them */
export async function startS3(
  buckets: readonly string[],
  options: { readonly readonly?: boolean; readonly versions?: boolean } = {},
): Promise<S3Server> {
  await using stack = new AsyncDisposableStack();
  const { path: root } = stack.use(await temporaryDirectory());
  for (const bucket of buckets) await mkdir(join(root, bucket));
  const { path: versions } = stack.use(await temporaryDirectory());
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { AWS_ACCESS_KEY_ID: 'contract', AWS_SECRET_ACCESS_KEY: 'contract-secret' };
  stack.use(
    await startServer({
      command: await s3Binary(),
      args: [
        ...['--listen', `127.0.0.1:${port}`, '--root', root],
        ...(options.readonly ? ['--readonly'] : []),
        ...(options.versions ? ['--versioning', versions] : []),
      ],
      env: {
        ROOT_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY,
      },
      ready: () => fetch(`${endpoint}/health`),
    }),
  );
  const owned = stack.move();
  return { endpoint, credentials, root, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
