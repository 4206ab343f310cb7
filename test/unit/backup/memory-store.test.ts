import { storeContract } from '../../contract/support/store-contract.ts';
import { memoryStore } from './support/memory-store.ts';

// What other tests put in the place of a store must keep the same promises.
storeContract('memory', async () => memoryStore());
