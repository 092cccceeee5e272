import { memoryStore } from '../../simulator/memory-store.ts';
import { objectStoreContract } from '../contract/object-store.ts';

objectStoreContract('memory', async () => memoryStore().store);
