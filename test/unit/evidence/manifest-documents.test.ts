import { describe, expect, test } from 'vitest';
import { usesInDocuments, usesInFile } from '../../../src/evidence/manifest-documents.ts';

const HPA = `apiVersion: autoscaling/v2beta2
kind: HorizontalPodAutoscaler
metadata:
  name: web
`;

describe('documents', () => {
  test('are told with where the apiVersion is written', () => {
    const text = `# a comment\n---\napiVersion: v1\nkind: ConfigMap\n---\n${HPA}`;
    expect(usesInFile('deploy/web.yaml', text)).toEqual({
      objects: [
        {
          api: 'autoscaling/v2beta2',
          kind: 'HorizontalPodAutoscaler',
          name: 'web',
          location: { file: 'deploy/web.yaml', line: 6, column: 13 },
        },
      ],
      templates: [],
    });
  });

  test.each([
    ['quotes', `"apiVersion": "policy/v1beta1"\nkind: PodDisruptionBudget\nmetadata: { name: web }\n`],
    ['JSON', `{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"web"}}`],
    [
      'a List',
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: policy/v1beta1\n  kind: PodDisruptionBudget\n  metadata: { name: web }\n`,
    ],
    [
      'Windows line ends',
      `apiVersion: policy/v1beta1\r\nkind: PodDisruptionBudget\r\nmetadata:\r\n  name: web\r\n`,
    ],
  ])('are found in %s', (_what, text) => {
    expect(usesInDocuments(text).objects).toMatchObject([
      { api: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' },
    ]);
  });

  test.each([
    ['a version that only begins like it', HPA.replace('v2beta2', 'v2beta22')],
    ['a group of somebody else', HPA.replace('autoscaling', 'autoscaling.acme.example')],
    ['another kind of the group', HPA.replace('HorizontalPodAutoscaler', 'VerticalPodAutoscaler')],
    [
      'an apiVersion further down',
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    ${HPA.replaceAll('\n', '\n    ')}`,
    ],
    ['a comment', `# apiVersion: autoscaling/v2beta2\n${HPA.replace('v2beta2', 'v2')}`],
    [
      'a reference',
      `apiVersion: v1\nkind: Event\ninvolvedObject: { apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler }\n`,
    ],
  ])('do not count for %s', (_what, text) => {
    expect(usesInDocuments(text)).toEqual({ objects: [], unread: [] });
  });

  test('that are templates are told as such, and hide nothing of the others', () => {
    const text = `{{- if .Values.web }}\n${HPA}{{- end }}\n---\n${HPA}`;
    const { objects, unread } = usesInDocuments(text);
    expect(objects.map(({ line }) => line)).toEqual([8]);
    expect(unread).toEqual([{ api: 'autoscaling/v2beta2', line: 2, column: 1 }]);
  });

  test('without a name have none', () => {
    const text = 'apiVersion: policy/v1beta1\nkind: Eviction\nmetadata: { generateName: x- }\n';
    expect(usesInDocuments(text).objects).toMatchObject([{ kind: 'Eviction', name: '' }]);
  });
});
