import { down } from '../down.ts';
import { testLabNames } from './test-lab.ts';

/** Takes down the labs that the tests share, once all of them are through. */
export async function teardown(): Promise<void> {
  for (const name of testLabNames) await down(name, console.error);
}
