import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root: the nearest folder above this code whose package.json declares the workspaces. */
export function checkoutRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"workspaces"')) return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('not inside a checkout: no package.json with workspaces above this file');
    folder = parent;
  }
}

/** The cache folder that all checkouts of one user share: `DREY_LAB_CACHE`, else `~/.cache/drey-lab`. */
export function cacheFolder(): string {
  const chosen = process.env['DREY_LAB_CACHE'];
  return resolve(chosen === undefined || chosen === '' ? join(homedir(), '.cache', 'drey-lab') : chosen);
}
