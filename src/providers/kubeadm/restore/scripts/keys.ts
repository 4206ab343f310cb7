import { quote } from '../../scripts/shell.ts';
import { restoreDirectory } from '../places.ts';

/** What the EncryptionConfiguration of the backup is called while it waits on a host. */
export const KEYS_NAME = 'encryption-configuration';

/** The API server must not run meanwhile: it may reload the file by itself. Owner and mode stay those of the file that was there. */
export function putBackKeysScript(restoreId: string, file: string): string {
  const directory = restoreDirectory(restoreId);
  return `keys=${directory}/${KEYS_NAME}
file=${quote(file)}
if [ ! -e "$keys" ]; then exit 0; fi
if [ -e "$file" ]; then
  chown --reference="$file" "$keys"
  chmod --reference="$file" "$keys"
  mkdir -p -m 700 ${directory}/before
  mv "$file" ${directory}/before/${KEYS_NAME}
fi
mkdir -p "$(dirname "$file")"
mv "$keys" "$file"`;
}
