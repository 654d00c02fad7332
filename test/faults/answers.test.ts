import { afterEach, describe, expect, it } from 'vitest';
import { StoreConflict } from '../../controller/src/store/contract.ts';
import { ORDERS, points } from './orders.ts';
import { World } from './world.ts';
import type { Order } from './world.ts';

const RUN = 'a'.repeat(32);
const chk = (id: number): string => `/checkpoints/${RUN}/chk-${id}`;
const restart = ORDERS['RestartFromCheckpoint of a running job']!;

let world: World;
async function given(order: Order, arrange: (world: World) => void = () => undefined): Promise<void> {
  world = await World.create(order, 'memory');
  arrange(world);
}
/** Whatever happened, none of these. */
function keptPromises(): void {
  expect(world.platform.counters).toEqual({ overlappingRuns: 0, emptyStarts: 0, stateLosses: 0 });
  expect(world.platform.duplicatedEffects()).toBe(0);
  expect(world.platform.resends).toBe(0);
}
afterEach(keptPromises);
const status = async (): Promise<Record<string, unknown>> => ({ ...(await world.remediations()).at(-1)?.status });
const stepsOf = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await world.remediations()).at(-1)!.status.steps.map((one) => [one.step, one.state]));

describe('answers that are lost', () => {
  for (const [name, order] of Object.entries(ORDERS)) {
    it(`${name}: every write takes effect and says nothing`, async () => {
      await given(order(), ({ platform }) => platform.fail({ step: /./, when: 'after', times: 50 }));
      await world.start();
      await world.prove();
      expect(await status()).toMatchObject({ phase: 'Succeeded' });
    });

    it(`${name}: every write is lost once, then again`, async () => {
      const seen = new Map<string, number>();
      await given(order(), ({ platform }) => {
        const send = platform.send.bind(platform);
        platform.send = async (context) => {
          const times = (seen.get(context.step.step) ?? 0) + 1;
          seen.set(context.step.step, times);
          if (times <= 2) throw new Error('not sent');
          await send(context);
        };
      });
      await world.start();
      await world.prove();
      expect(await status()).toMatchObject({ phase: 'Succeeded' });
    });

    it(`${name}: looks have no answer for 20 s after each write`, async () => {
      await given(order(), (given) => {
        const { platform, clock } = given;
        const [find, send] = [platform.find.bind(platform), platform.send.bind(platform)];
        let silentUntil = 0;
        platform.send = async (context) => {
          silentUntil = clock.now() + 20_000;
          await send(context);
        };
        platform.find = async (context) => {
          if (clock.now() < silentUntil) throw new Error('no answer');
          return find(context);
        };
      });
      await world.start();
      await world.prove();
      expect(await status()).toMatchObject({ phase: 'Succeeded' });
    });
  }

  it('a call that never returns is given up at its deadline, and its late effect is found', async () => {
    await given(restart(), ({ platform, clock }) => {
      const send = platform.send.bind(platform);
      platform.send = async (context) => {
        void clock.sleep(33_000).then(() => send(context));
        return new Promise(() => undefined);
      };
    });
    await world.start();
    await world.prove();
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
  });

  it('no answer at all ends in Failed, not in a second write', async () => {
    await given(restart(), ({ platform }) => platform.fail({ step: /start-run/, when: 'find', times: 10_000 }));
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', outcome: expect.stringContaining('no answer') });
    expect(world.platform.effects.map((one) => one.step)).toEqual(['cancel-run']);
  });
});

describe('the old run', () => {
  it('that does not end holds the start: OldRunAlive', async () => {
    await given({ ...restart(), job: { name: 'topup', hangsOnCancel: true } });
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', reason: 'OldRunAlive' });
    expect(world.running).toEqual(['CANCELLING from null']);
    expect(world.platform.effects.map((one) => one.step)).toEqual(['cancel-run']);
  });

  it('whose cancel would delete the checkpoints is not cancelled', async () => {
    await given({ ...restart(), job: { name: 'topup', keptOnCancel: false } });
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', outcome: 'a cancel would delete the checkpoints' });
    expect(world.running).toEqual(['RUNNING from null']);
    expect(world.platform.effects).toEqual([]);
  });
});

describe('restore points', () => {
  const order = (...works: boolean[]): Order => ({ ...restart(), job: { name: 'topup', points: points(...works) } });

  it('the newest fails at the start: the one before is used, and said so', async () => {
    await given(order(true, true, false));
    await world.start();
    await world.prove();
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
    const said = (await status())['outcome'];
    expect(said).toContain(`restore point ${chk(7)}`);
    expect(said).toContain(`a start from ${chk(7)} failed`);
    expect(said).toContain(`restore point ${chk(6)} (complete), 5 s behind the newest known; passed over ${chk(7)}`);
    expect(world.running).toEqual([`RUNNING from ${chk(6)}`]);
    expect(await stepsOf()).toMatchObject({
      'start-run/1': 'Failed',
      'start-run/2': 'Done',
      'choose-restore-point/3': 'Planned',
      'start-run/3': 'Planned',
    });
    expect(world.remedy.memory(world.snapshot().key)?.unusablePoints).toMatchObject([{ path: chk(7) }]);
  });

  it('two fail: the third is used', async () => {
    await given(order(true, false, false));
    await world.start();
    await world.prove();
    expect(world.running).toEqual([`RUNNING from ${chk(5)}`]);
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
  });

  it('all fail: NoUsableCheckpoint, never started empty, and the next attempt touches nothing', async () => {
    await given(order(false, false, false));
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', reason: 'NoUsableCheckpoint' });
    expect(world.running).toEqual([]);
    const before = world.platform.effects.length;
    expect(await world.start()).toMatchObject({ ok: false, reason: 'NoUsableCheckpoint' });
    expect(world.platform.effects).toHaveLength(before);
    expect(await world.remediations()).toHaveLength(1);
  });

  it('more than two older ones are not tried', async () => {
    await given(order(true, false, false, false));
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', reason: 'NoUsableCheckpoint' });
    expect(world.remedy.memory(world.snapshot().key)?.unusablePoints).toHaveLength(3);
  });

  it('the older one is further back than allowed: RewindTooFar', async () => {
    await given({ ...order(true, true, false), maxRewindMs: 4000 });
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Failed', reason: 'RewindTooFar' });
    expect(await status()).toMatchObject({ outcome: expect.stringContaining('5 s behind, 4 s allowed') });
    expect(world.running).toEqual([]);
  });

  it('none is usable, or too far back, before the job is touched: refused', async () => {
    await given(order(true));
    world.restoreLook = (found) => ({ ...found, newestKnownAt: found.newestKnownAt! + 700_000 });
    expect(await world.start()).toMatchObject({ ok: false, reason: 'RewindTooFar', page: true });
    world.restoreLook = (found) => ({ ...found, points: [] });
    expect(await world.start()).toMatchObject({ ok: false, reason: 'NoUsableCheckpoint' });
    world.restoreLook = () => {
      throw new Error('storage is down');
    };
    expect(await world.start()).toMatchObject({ ok: false, reason: 'InputNotFresh' });
    expect(world.platform.effects).toEqual([]);
    expect(await world.remediations()).toEqual([]);
    expect(world.running).toEqual(['RUNNING from null']);
  });

  it('vanish between plan and choice: what is there after the old run ended is chosen', async () => {
    await given(order(true, true, true), (given) => {
      given.restoreLook = (found) => {
        const gone = given.platform.effects.length > 0;
        return gone
          ? {
              ...found,
              points: found.points.slice(1),
              broken: [{ ...found.points[0]!, problem: '_metadata is missing' }],
            }
          : found;
      };
    });
    await world.start();
    await world.prove();
    expect(world.running).toEqual([`RUNNING from ${chk(6)}`]);
    expect((await status())['outcome']).toContain(`passed over ${chk(7)}: _metadata is missing`);
  });

  it('a checkpoint that completes while the old run is ending is the one that is used', async () => {
    await given(order(true), ({ platform }) => {
      const send = platform.send.bind(platform);
      platform.send = async (context) => {
        await send(context);
        if (context.step.step === 'cancel-run') world.job.points.set(chk(9), true);
      };
    });
    await world.start();
    expect(world.running).toEqual([`RUNNING from ${chk(9)}`]);
  });

  it("can't be read for a while after the old run ended: asked again, not given up", async () => {
    let asked = 0;
    await given(order(true), (given) => {
      given.restoreLook = (found) => {
        asked += 1;
        if (asked > 1 && asked < 30) throw new Error('storage is down');
        return found;
      };
    });
    await world.start();
    await world.prove();
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('the store', () => {
  it('that fails for a while holds every write outside until it answers', async () => {
    await given(restart());
    let failures = 0;
    world.storeFault = (verb) => {
      if (verb !== 'update' || failures++ % 4 === 3) return;
      throw new Error('disk full');
    };
    await world.start();
    world.storeFault = () => undefined;
    await world.prove();
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
  });

  it('that loses the answer to a write finds it written', async () => {
    await given(restart());
    let calls = 0;
    const { remedy } = world;
    world.loseAnswers = (verb) => verb === 'update' && calls++ % 2 === 0;
    await world.start();
    world.loseAnswers = () => false;
    await world.prove();
    expect(remedy.open()).toEqual([]);
    expect(await status()).toMatchObject({ phase: 'Succeeded' });
  });

  it('where another number is taken first: nobody creates two', async () => {
    await given(restart());
    world.storeFault = (verb) => {
      if (verb === 'create') throw new StoreConflict('exists');
    };
    expect(await world.start()).toMatchObject({ ok: false, reason: 'InFlight' });
    expect(world.platform.effects).toEqual([]);
    world.storeFault = () => undefined;
    await world.start();
    expect((await world.remediations()).map((one) => one.name)).toEqual(['job-topup-2']);
  });

  it('where another Drey closed the remediation: nothing more is done', async () => {
    await given(restart());
    let writes = 0;
    world.storeFault = async (verb) => {
      if (verb !== 'update' || writes++ > 0) return;
      await world.overwrite((one) => ({ ...one, status: { ...one.status, phase: 'Aborted' } }));
    };
    await world.start();
    expect(await status()).toMatchObject({ phase: 'Aborted' });
    expect(world.remedy.open()).toEqual([]);
    expect(world.platform.effects).toEqual([]);
  });
});

describe('start', () => {
  it('allows one open remediation a job', async () => {
    await given(restart());
    const request = await world.request();
    const both = await world.finish(Promise.all([world.remedy.start(request), world.remedy.start(request)]));
    expect(both).toMatchObject([{ ok: true }, { ok: false, reason: 'InFlight', detail: 'job-topup-1 is Planned' }]);
    await world.finish(world.remedy.idle());
    expect(await world.finish(world.remedy.start(request))).toMatchObject({ ok: false, reason: 'InFlight' });
  });

  it('says Unsupported where the platform can not', async () => {
    await given({ ...restart(), action: 'Suspend' });
    expect(await world.start()).toMatchObject({ ok: false, reason: 'Unsupported' });
  });
});
