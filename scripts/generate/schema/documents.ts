import { type JsonSchema, schemaOfType } from './from-type.ts';
import { openSourceTypes } from './types.ts';

interface Published {
  readonly path: string;
  readonly title: string;
  /** The type that the documents are written as. */
  readonly file: string;
  readonly type: string;
}

/** Every document that Kubestair writes for others to read, beside the cluster file, which it reads. */
const DOCUMENTS: readonly Published[] = [
  {
    path: 'schema/result.schema.json',
    title: 'Kubestair result document: --output json, the output result-file',
    file: 'src/report/document.ts',
    type: 'ResultDocument',
  },
  {
    path: 'schema/backup.schema.json',
    title: 'Kubestair backup manifest: manifest.json of a backup',
    file: 'src/backup/manifest.ts',
    type: 'Manifest',
  },
  {
    path: 'schema/proofs.schema.json',
    title: 'Kubestair proofs that were made after a backup: <cluster>/<id>/proofs/<time>.json in the store',
    file: 'src/backup/proof-records.ts',
    type: 'ProofRecord',
  },
  {
    path: 'schema/observation.schema.json',
    title: 'Kubestair saved observation: plan --save-observation',
    file: 'src/plan/saved/document.ts',
    type: 'ObservationDocument',
  },
  {
    path: 'schema/journal-entry.schema.json',
    title: 'Kubestair journal entry: <cluster>/runs/<run>/<number>.json in the store',
    file: 'src/rollout/journal.ts',
    type: 'JournalEntry',
  },
];

/** The schemas by path, out of the types themselves. */
export function documentSchemas(root: string): ReadonlyMap<string, JsonSchema> {
  using types = openSourceTypes(root);
  return new Map(
    DOCUMENTS.map(({ path, title, file, type }): [string, JsonSchema] => [
      path,
      {
        title,
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        ...schemaOfType(types, types.typeOf(file, type)),
      },
    ]),
  );
}
