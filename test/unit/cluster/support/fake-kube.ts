import type { Kube, KubeRequest } from '../../../../src/ports/kube.ts';

export interface FakeKube extends Kube {
  readonly asked: KubeRequest[];
}

/** Answers by path without query; a list is cut into pages of one object, an error is thrown. */
export function fakeKube(answers: Readonly<Record<string, unknown>>): FakeKube {
  const asked: KubeRequest[] = [];
  return {
    server: 'api.example:6443',
    context: 'prod',
    asked,
    async request(request) {
      asked.push(request);
      const { pathname, searchParams } = new URL(request.path, 'http://api');
      const answer = answers[pathname];
      if (answer instanceof Error) throw answer;
      if (!Array.isArray(answer)) return answer;
      const index = Number(searchParams.get('continue') ?? 0);
      const next = index + 1 < answer.length ? { continue: String(index + 1) } : {};
      return { metadata: next, items: answer.slice(index, index + 1) };
    },
    stream: () => Promise.reject(new Error('not asked for')),
  };
}
