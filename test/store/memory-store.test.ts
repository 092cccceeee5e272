import { objectStoreContract } from '../contract/object-store.ts';
import { memoryStore } from './memory-store.ts';

objectStoreContract('memory', async () => memoryStore().store);
