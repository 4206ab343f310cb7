import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { NamedObject } from '../cluster/evidence.ts';
import { usesInDocuments } from './manifest-documents.ts';

/** What is read of a release as Helm keeps it. Source: helm.sh/helm pkg/release, Release. */
const release = z.object({
  manifest: z.string().default(''),
  hooks: z.array(z.object({ manifest: z.string().default('') })).nullish(),
});

const GZIP = [0x1f, 0x8b, 0x08];

/** A release unpacks to some megabytes at most: a Secret holds 1 MiB, of text that compresses well. */
const LARGEST = 64 * 1024 * 1024;

/**
 * Objects of a release, as its storage drivers keep it, whose API version has a release to go with: base64 of gzip of JSON, and of
 * JSON alone where it was stored before Helm compressed. Source: helm.sh/helm pkg/storage/driver/util.go, decodeRelease.
 * @param encoded what Helm wrote: the `release` of a ConfigMap, or that of a Secret after the API's own base64
 * @throws Error that says what is wrong with it, and holds nothing of it
 */
export function usesInRelease(encoded: string): readonly NamedObject[] {
  const { manifest, hooks } = parseRelease(unpack(Buffer.from(encoded, 'base64')));
  const texts = [manifest, ...(hooks ?? []).map((hook) => hook.manifest)];
  const found = texts.map(usesInDocuments);
  if (found.some(({ unread }) => unread.length > 0)) throw new Error('its manifest is not YAML');
  return found.flatMap(({ objects }) => objects).map(({ api, kind, name }) => ({ api, kind, name }));
}

function unpack(bytes: Buffer): string {
  if (!GZIP.every((byte, index) => bytes[index] === byte)) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST }).toString('utf8');
  } catch {
    throw new Error('it does not unpack');
  }
}

function parseRelease(text: string): z.infer<typeof release> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('it is neither gzip nor JSON');
  }
  const result = release.safeParse(parsed);
  if (!result.success) throw new Error('it is no release of Helm');
  return result.data;
}
