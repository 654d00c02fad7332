import { memoryStore } from '../../../controller/src/store/memory.ts';
import { storeSuite } from './suite.ts';

storeSuite('memory', async (clock) => {
  const store = memoryStore(clock);
  return { store, reopen: async () => undefined, dispose: () => store.close() };
});
