import { link, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, isTemporaryFile, makeFolder, replaceFile } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('creates once and leaves the first text', async () => {
  const path = join(folder, 'a.json');
  expect(await createFile(path, 'one')).toBe(true);
  expect(await createFile(path, 'two')).toBe(false);
  expect(await readFile(path, 'utf8')).toBe('one');
  expect(await readdir(folder)).toEqual(['a.json']);
});

it('replaces whole, also over a temporary file that a dead writer left', async () => {
  const path = join(folder, 'a.json');
  await writeFile(join(folder, '.a.json.tmp'), 'torn and longer than what follows');
  await replaceFile(path, 'one');
  await replaceFile(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['a.json']);
  expect(['.a.json.tmp', 'a.json', '.a'].map(isTemporaryFile)).toEqual([true, false, false]);
});

it('never writes through a temporary file that is a second link to the file', async () => {
  const path = join(folder, 'a.json');
  await createFile(path, 'one');
  await link(path, join(folder, '.a.json.tmp'));
  const before = await open(path);
  await replaceFile(path, 'two');
  expect(await before.readFile('utf8')).toBe('one');
  await before.close();
});

it('makes folders of any depth, again and again', async () => {
  const deep = join(folder, 'x', 'y');
  await makeFolder(deep);
  await makeFolder(deep);
  expect(await replaceFile(join(deep, 'a'), '1')).toBeUndefined();
});
