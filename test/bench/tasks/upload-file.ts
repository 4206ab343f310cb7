import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { secondsSince, type Task } from './task.ts';

/** Uploads a file as the AWS SDK's documentation does it, with the SDK's own defaults. */
export const uploadFile: Task = async ({ file = '', store }) => {
  const { hostname } = new URL(store.store);
  const client = new S3Client({
    ...(store.endpoint !== undefined && { endpoint: store.endpoint }),
    region: 'us-east-1',
    forcePathStyle: true,
  });
  const started = performance.now();
  const params = { Bucket: hostname, Key: `upload-${process.pid}`, Body: createReadStream(file) };
  await new Upload({ client, params }).done();
  return { seconds: secondsSince(started), bytes: (await stat(file)).size };
};
