import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flinkMetadata } from '../../../controller/src/sources/fakes/flink-metadata.ts';
import { fileStorage } from '../../../controller/src/sources/storage/file-storage.ts';
import { storageSuite } from './storage.suite.ts';

storageSuite('files', async () => {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'drey-storage-')));
  const make = async (checkpointId: number): Promise<{ path: string; checkpointId: number }> => {
    const folder = join(dir, 'f'.repeat(32), `chk-${checkpointId}`);
    await mkdir(folder, { recursive: true });
    const metadata = join(folder, '_metadata');
    await writeFile(join(folder, 'data'), 'x'.repeat(50));
    const files = [{ path: 'data', bytes: 50, relative: true }];
    await writeFile(metadata, flinkMetadata({ checkpointId, files }));
    await utimes(metadata, checkpointId, checkpointId);
    return { path: `file:${folder}`, checkpointId };
  };
  const [older, newer] = [await make(6), await make(7)];
  return {
    storage: fileStorage(),
    dir,
    older,
    newer,
    loseNewer: () => rm(newer.path.slice('file:'.length), { recursive: true }),
    dispose: () => rm(dir, { recursive: true }),
  };
});
