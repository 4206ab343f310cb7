import { KubestairError } from '../errors.ts';
import type { LabelSelector } from './observation.ts';

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

const KEY = '[A-Za-z0-9][-A-Za-z0-9_./]*';
const VALUE = '[-A-Za-z0-9_.]*';
const FORMS: readonly (readonly [RegExp, (parts: readonly string[]) => Requirement])[] = [
  [
    new RegExp(`^(${KEY})\\s*(=|==|!=)\\s*(${VALUE})$`),
    ([key = '', operator = '', value = '']) => ({
      key,
      operator: operator === '!=' ? 'NotIn' : 'In',
      values: [value],
    }),
  ],
  [
    new RegExp(`^(${KEY})\\s+(in|notin)\\s+\\(([^()]*)\\)$`),
    ([key = '', operator = '', values = '']) => ({
      key,
      operator: operator === 'in' ? 'In' : 'NotIn',
      values: values.split(',').map((value) => value.trim()),
    }),
  ],
  [new RegExp(`^(${KEY})$`), ([key = '']) => ({ key, operator: 'Exists' })],
  [new RegExp(`^!\\s*(${KEY})$`), ([key = '']) => ({ key, operator: 'DoesNotExist' })],
];

/**
 * Reads a label selector as kubectl's --selector takes it: `app=web,tier!=test,env in (a, b),!old`.
 * Source: k8s.io/apimachinery/pkg/labels/selector.go (Parse), v0.36, without its numeric comparisons.
 * @throws KubestairError INPUT_INVALID
 */
export function parseSelector(text: string): LabelSelector {
  // Commas within parentheses part values, all others requirements.
  const requirements = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  return { matchExpressions: requirements.map((part) => parseRequirement(part, text)) };
}

function parseRequirement(part: string, whole: string): Requirement {
  for (const [form, make] of FORMS) {
    const match = form.exec(part);
    if (match !== null) return make(match.slice(1));
  }
  throw new KubestairError('INPUT_INVALID', `"${part}" in the selector "${whole}" is not understood.`, {
    next: 'Write it as for kubectl: app=web,tier!=test,env in (a,b),!old.',
  });
}
