import { down } from '../down.ts';
import { testLabName } from './test-lab.ts';

/** Takes down the lab that the tests share, once all of them are through. */
export async function teardown(): Promise<void> {
  await down(testLabName, console.error);
}
