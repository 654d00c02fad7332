import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../controller/src/io/clock.ts';
import type { Log } from '../../../controller/src/io/log.ts';
import { silentLog } from '../../../controller/src/io/log.ts';
import type { Store } from '../../../controller/src/store/contract.ts';
import { openFileStore } from '../../../controller/src/store/file/file-store.ts';
import { observedJob, remediation } from '../../../controller/src/testing/remediation.ts';
import { storeSuite } from './suite.ts';

storeSuite('file', async (clock) => {
  const folder = await mkdtemp(join(tmpdir(), 'drey-store-'));
  let store = await openFileStore({ folder, clock, log: silentLog });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openFileStore({ folder, clock, log: silentLog });
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('file store', () => {
  let folder: string;
  let files: string;
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (message, fields) => lines.push(`${message} ${JSON.stringify(fields)}`) };
  const open = (): Promise<Store> => openFileStore({ folder, clock: systemClock, log });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drey-store-'));
    files = join(folder, 'remediations', 'local');
    lines.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds objects as Kubernetes would', async () => {
    const store = await open();
    await store.createRemediation(remediation());
    await store.putObservedJob(observedJob(), null);
    await store.close();
    const object: unknown = JSON.parse(await readFile(join(files, 'job-topup-1.json'), 'utf8'));
    expect(object).toMatchObject({
      apiVersion: 'drey.dev/v1alpha1',
      kind: 'Remediation',
      metadata: {
        name: 'job-topup-1',
        namespace: 'local',
        creationTimestamp: '2027-01-15T08:00:00.000Z',
        resourceVersion: '1',
        generation: 1,
      },
      spec: { job: 'process/local/Job/topup', params: { maxRewind: '10m' }, notAfter: '2027-01-15T08:10:00.000Z' },
      status: { journalVersion: 1, phase: 'Planned', steps: [{ step: 'prove-ended', sentAt: null }] },
    });
    expect(await readdir(join(folder, 'observedjobs', 'local'))).toEqual(['job-topup.json']);
  });

  it('refuses a second Drey by pid, and does not let the lock of a dead one block', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ name: 'StateLocked', pid: process.pid });
    await store.close();
    await (await open()).close();
  });

  it('removes a torn temporary file and keeps the object', async () => {
    const first = await open();
    await first.createRemediation(remediation());
    await first.close();
    await writeFile(join(files, '.job-topup-1.json.tmp'), '{"apiVersion": "drey.d');
    const second = await open();
    expect(await second.listRemediations()).toHaveLength(1);
    expect(await readdir(files)).toEqual(['job-topup-1.json']);
    expect(lines).toEqual([]);
    await second.close();
  });

  const spoil: readonly (readonly [string, (object: string) => string])[] = [
    ['torn', (text) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of an unknown journal version', (text) => text.replace('"journalVersion": 1', '"journalVersion": 2')],
    ['of an unknown field', (text) => text.replace('"rung"', '"rank": 1, "rung"')],
    ['of another name', (text) => text.replace('"name": "job-topup-1"', '"name": "job-topup-2"')],
    ['no object', () => '[null]'],
  ];
  for (const [what, change] of spoil) {
    it(`sets a file aside that is ${what}, says so and goes on`, async () => {
      const first = await open();
      await first.createRemediation(remediation());
      await first.createRemediation(remediation({ n: 9 }));
      await first.close();
      const path = join(files, 'job-topup-1.json');
      const text = change(await readFile(path, 'utf8'));
      await writeFile(path, text);
      const second = await open();
      expect((await second.listRemediations()).map((one) => one.value.name)).toEqual(['job-topup-9']);
      const [broken, ...others] = await readdir(files);
      expect(broken).toMatch(/^job-topup-1\.json\.broken-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z$/);
      expect(others).toEqual(['job-topup-9.json']);
      expect(await readFile(join(files, broken!), 'utf8')).toBe(text);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('job-topup-1.json');
      await second.close();
    });
  }

  it('never writes outside its folder', async () => {
    const store = await open();
    await mkdir(join(folder, 'x'));
    await expect(store.createRemediation({ ...remediation(), name: '../../../x/evil' })).rejects.toThrow('name');
    await expect(store.createRemediation({ ...remediation(), namespace: '..' })).rejects.toThrow('namespace');
    expect(await readdir(join(folder, 'x'))).toEqual([]);
    await store.close();
  });
});
