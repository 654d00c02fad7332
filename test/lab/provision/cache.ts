import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Part } from './part.ts';

const stampName = 'drey-stamp.json';
const workPrefix = '.work-';

/** What a finished part's folder says about itself. */
interface Stamp {
  readonly part: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly builtInSeconds: number;
}

/** True when the cache holds the part, built from exactly these inputs. */
export async function isBuilt(cache: string, part: Part): Promise<boolean> {
  const folder = join(cache, part.folder);
  const text = await readFile(join(folder, stampName), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  try {
    const stamp = JSON.parse(text) as Stamp;
    return isDeepStrictEqual(stamp.inputs, part.inputs) && part.files.every((file) => existsSync(join(folder, file)));
  } catch {
    return false;
  }
}

/** The two empty folders that a part is built in. */
export interface WorkFolders {
  readonly result: string;
  readonly scratch: string;
  remove(): Promise<void>;
}

/** Makes the folders in the cache itself, so that the finished one can be renamed into place. */
export async function workFolders(cache: string, part: Part): Promise<WorkFolders> {
  const base = join(cache, `${workPrefix}${part.name}-${process.pid}`);
  const folders = { result: join(base, 'result'), scratch: join(base, 'scratch') };
  await rm(base, { recursive: true, force: true });
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return { ...folders, remove: () => removeTree(base) };
}

/** Puts a built part in its place, with its stamp. Throws when a file that it should have is missing. */
export async function install(cache: string, part: Part, built: { result: string; seconds: number }): Promise<void> {
  const missing = part.files.filter((file) => !existsSync(join(built.result, file)));
  if (missing.length > 0) throw new Error(`the build left out ${missing.join(', ')}`);
  const stamp: Stamp = { part: part.name, inputs: part.inputs, builtInSeconds: built.seconds };
  await writeFile(join(built.result, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
  const place = join(cache, part.folder);
  const old = join(cache, `${workPrefix}old-${part.name}-${process.pid}`);
  if (existsSync(place)) await rename(place, old);
  await rename(built.result, place);
  await removeTree(old);
}

/** Removes what interrupted runs left; call it only while holding the cache's lock. */
export async function removeLeftovers(cache: string): Promise<void> {
  const names = await readdir(cache);
  for (const name of names.filter((name) => name.startsWith(workPrefix))) await removeTree(join(cache, name));
}

async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
