import { OUTPUTS } from '../../src/request/contract/outputs.ts';
import type { Setting } from '../../src/request/contract/setting.ts';
import { SETTINGS } from '../../src/request/contract/settings.ts';

/** The inputs of action.yml, as YAML below `inputs:`. */
export function actionInputs(): string {
  const settings: readonly Setting[] = Object.values(SETTINGS);
  return settings.flatMap(inputLines).join('\n');
}

/** The outputs of action.yml, as YAML below `outputs:`. */
export function actionOutputs(): string {
  return Object.entries(OUTPUTS)
    .flatMap(([name, { about }]) => [`  ${name}:`, `    description: ${yamlText(about)}`])
    .join('\n');
}

function inputLines(setting: Setting): readonly string[] {
  if (setting.input === undefined) return [];
  const lines = [
    `  ${setting.input}:`,
    `    description: ${yamlText(setting.about)}`,
    `    required: ${setting.required ?? false}`,
  ];
  if (setting.default !== undefined) lines.push(`    default: ${yamlText(setting.default)}`);
  return lines;
}

// A single-quoted scalar: only the quote itself needs escaping (YAML 1.2, 7.3.2).
function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
