import { describe, expect, it } from 'vitest';
import type { Remediation } from '../../controller/src/core/model/remediation.ts';
import { ORDERS } from './orders.ts';
import { Crash, World } from './world.ts';

const restart = ORDERS['RestartFromCheckpoint of a running job']!;
const HOUR = 3_600_000;

async function crashedAt(point: string, name = 'RestartFromCheckpoint of a running job'): Promise<World> {
  const world = await World.create(ORDERS[name]!(), 'memory');
  world.crashWhen((at) => at === point);
  await world.start();
  return world;
}
const last = async (world: World): Promise<Remediation> => (await world.remediations()).at(-1)!;

describe('a remediation that an earlier Drey left', () => {
  it('planned, in time: Superseded, and counts neither as attempt nor as action', async () => {
    const world = await crashedAt('before:cancel-run:journal-sent');
    await world.restart();
    const { status } = await last(world);
    expect(status).toMatchObject({ phase: 'Superseded', startedAt: null, endedAt: null });
    expect(world.platform.effects).toEqual([]);
  });

  it('sent, without effect: Superseded, and counts for nothing', async () => {
    const world = await crashedAt('before:cancel-run:send');
    expect((await last(world)).status).toMatchObject({ phase: 'Executing' });
    await world.restart();
    expect((await last(world)).status).toMatchObject({ phase: 'Superseded', startedAt: null, endedAt: null });
  });

  it('without effect, past notAfter: Expired', async () => {
    for (const point of ['before:cancel-run:journal-sent', 'before:cancel-run:send']) {
      const world = await crashedAt(point);
      await world.clock.advance(HOUR);
      await world.restart();
      expect((await last(world)).status).toMatchObject({ phase: 'Expired' });
      expect(world.platform.effects).toEqual([]);
    }
  });

  it('with an effect, past notAfter: carried to its end, never left between stop and start', async () => {
    const world = await crashedAt('after:cancel-run:send');
    expect(world.running).toEqual([]);
    await world.clock.advance(HOUR);
    await world.restart();
    expect(world.running).toHaveLength(1);
    await world.prove();
    expect((await last(world)).status).toMatchObject({ phase: 'Succeeded' });
  });

  it('whose write arrives only after the restart: seen, not sent again', async () => {
    const world = await World.create(restart(), 'memory');
    const { platform, clock } = world;
    const send = platform.send.bind(platform);
    platform.send = async (context) => {
      platform.send = send;
      void clock.sleep(3000).then(() => send(context));
      world.crashWhen(() => true);
    };
    await world.start();
    await world.restart();
    await world.prove();
    expect(platform.resends).toBe(0);
    expect(platform.duplicatedEffects()).toBe(0);
    expect((await world.remediations()).map((one) => one.status.phase)).toEqual(['Succeeded']);
  });

  it('of another Drey: Expired, untouched otherwise', async () => {
    const world = await crashedAt('after:cancel-run:send');
    world.controllerId = 'drey-2';
    await world.restart();
    const { status } = await last(world);
    expect(status).toMatchObject({ phase: 'Expired', outcome: 'it belongs to drey-1' });
    expect(status.steps[0]).toMatchObject({ step: 'cancel-run', state: 'Sent' });
    expect(world.platform.effects).toHaveLength(1);
  });

  it('verifying: judged on, with time to look first', async () => {
    const world = await crashedAt('after:verifying');
    await world.clock.advance(HOUR);
    await world.restart();
    expect(world.remedy.open().map((one) => one.status.phase)).toEqual(['Verifying']);
    world.remedy.verify([]);
    await world.finish(world.remedy.idle());
    expect(world.remedy.open()).toHaveLength(1);
    await world.prove();
    expect((await last(world)).status.phase).toBe('Succeeded');
  });

  it('while the platform does not answer: waits for it', async () => {
    const world = await crashedAt('after:cancel-run:send');
    world.platform.fail({ step: /./, when: 'find', times: 60 });
    await world.restart();
    expect(world.running).toHaveLength(1);
  });

  it('survives a Drey that ends again and again at the same place', async () => {
    const world = await crashedAt('after:cancel-run:send');
    for (let round = 0; round < 5; round++) {
      const { remedy } = world;
      await world.restart((point) => point === 'before:start-run/1:journal-sent');
      expect(world.remedy).not.toBe(remedy);
      expect(world.running).toEqual([]);
    }
    await world.restart();
    await world.prove();
    expect(world.platform.effects.map((one) => one.step)).toEqual(['cancel-run', 'start-run/1']);
    expect((await last(world)).status.phase).toBe('Succeeded');
  });
});

describe('drain', () => {
  it('carries what has begun to its safe point and starts nothing new', async () => {
    const world = await World.create(restart(), 'memory');
    world.platform.fail({ step: /prove-ended/, when: 'pending', times: 40 });
    const request = await world.request();
    await world.finish(world.remedy.start(request));
    await world.clock.advance(1000);
    expect(world.running).toEqual([]);
    const left = await world.finish(world.remedy.drain(120_000));
    expect(left).toEqual([]);
    expect(world.running).toHaveLength(1);
    expect((await last(world)).status.phase).toBe('Verifying');
  });

  it('closes what has not begun', async () => {
    const world = await World.create(restart(), 'memory');
    world.platform.fail({ step: /cancel-run/, when: 'find', times: 1000 });
    await world.finish(world.remedy.start(await world.request()));
    await world.clock.advance(2000);
    expect(await world.finish(world.remedy.drain(120_000))).toEqual([]);
    expect((await last(world)).status).toMatchObject({ phase: 'Superseded', endedAt: null });
    expect(world.platform.effects).toEqual([]);
    expect(await world.start()).toMatchObject({ ok: false, reason: 'NotLeader' });
  });

  it('gives up at its bound and leaves the rest to the next start', async () => {
    const world = await World.create({ ...restart(), job: { name: 'topup', hangsOnCancel: true } }, 'memory');
    await world.finish(world.remedy.start(await world.request()));
    await world.clock.advance(2000);
    const left = await world.finish(world.remedy.drain(10_000));
    expect(left).toMatchObject([{ name: 'job-topup-1', status: { phase: 'Executing' } }]);
    world.job.runs[0]!.state = 'CANCELED';
    await world.restart();
    await world.prove();
    expect((await last(world)).status.phase).toBe('Succeeded');
  });

  it('is not hindered by what waits for proof', async () => {
    const world = await World.create(restart(), 'memory');
    const begun = await world.start();
    expect(begun).not.toBeInstanceOf(Crash);
    const before = world.clock.now();
    await world.finish(world.remedy.drain(120_000));
    expect(world.clock.now()).toBe(before);
  });
});
