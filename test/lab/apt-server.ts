import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { isMissing, messageOf } from './errors.ts';

// Runs as a program of its own: node apt-server.ts DIRECTORY ADDRESS PORT
// It serves the files of a directory over http, which is all that an apt repository needs.

const [directory = '.', address = '127.0.0.1', port = '0'] = process.argv.slice(2);
const root = path.resolve(directory);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  const file = path.join(root, path.normalize(decodeURIComponent(pathname)));
  if (file !== root && !file.startsWith(`${root}/`)) return refuse(response, 403);
  const found = await stat(file);
  if (!found.isFile()) return refuse(response, 404);
  response.setHeader('last-modified', found.mtime.toUTCString());
  if (request.headers['if-modified-since'] === found.mtime.toUTCString()) return refuse(response, 304);
  response.writeHead(200, { 'content-length': found.size });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(file);
  stream.on('error', (cause) => response.destroy(cause));
  stream.pipe(response);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 });
  response.end();
}

const server = createServer((request, response) => {
  answer(request, response).catch((cause) => {
    if (!isMissing(cause)) console.error(messageOf(cause));
    refuse(response, isMissing(cause) ? 404 : 500);
  });
});
server.listen(Number(port), address);
