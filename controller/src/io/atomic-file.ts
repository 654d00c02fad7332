import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from './errors.ts';

const TEMPORARY = /^\..+\.tmp$/;

/** A file that a writer left behind when it ended: it was never in force and may be removed. */
export function isTemporaryFile(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Puts `text` in place whole or not at all, also over a loss of power: temporary file, fsync, rename, fsync of the
 * folder. One writer a path at a time. `mode`: who may read it, by default its owner alone.
 */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = await writeTemporary(path, text, mode);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** As `replaceFile`, but only where nothing is there yet: false when the path is taken. */
export async function createFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeTemporary(path, text, 0o600);
  try {
    // rename would replace silently; link refuses.
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** Removes a file for good; nothing happens when it is not there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

/** Moves a file aside within its folder for good. */
export async function setFileAside(path: string, aside: string): Promise<void> {
  await rename(path, aside);
  await syncFolder(dirname(path));
}

/** Makes a folder and its parents, each of them on disk before it is used. */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  const first = await mkdir(whole, { recursive: true });
  if (first === undefined) return;
  for (let folder = whole; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder));
}

async function writeTemporary(path: string, text: string, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  // What a dead writer left may be a second link to the file itself: writing into it would tear the file.
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
