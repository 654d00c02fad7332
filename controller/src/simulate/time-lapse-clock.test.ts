import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { TimeLapseClock } from './time-lapse-clock.ts';

function lapse(speed = 60): { real: FakeClock; clock: TimeLapseClock; slept: (ms: number) => () => boolean } {
  const real = new FakeClock();
  const clock = new TimeLapseClock({ real, speed, start: 0 });
  const slept = (ms: number): (() => boolean) => {
    let done = false;
    void clock.sleep(ms).then(() => {
      done = true;
    });
    return () => done;
  };
  return { real, clock, slept };
}

describe('time-lapse', () => {
  it('runs faster than real time, sleeps too', async () => {
    const { real, clock, slept } = lapse();
    const minute = slept(60_000);
    await real.advance(999);
    expect([clock.now(), minute()]).toEqual([59_940, false]);
    await real.advance(2);
    expect([clock.now(), minute()]).toEqual([60_060, true]);
  });

  it('stands still and goes on', async () => {
    const { real, clock, slept } = lapse();
    const minute = slept(60_000);
    await real.advance(500);
    clock.pause();
    await real.advance(10_000);
    const later = slept(30_000);
    await real.advance(10_000);
    expect([clock.now(), clock.paused, minute(), later()]).toEqual([30_000, true, false, false]);
    clock.resume();
    await real.advance(501);
    expect([minute(), later()]).toEqual([true, true]);
    expect(clock.now()).toBe(60_060);
  });

  it('ends a sleep at once when it is given up, also while time stands still', async () => {
    const { real, clock } = lapse();
    const giveUp = new AbortController();
    const sleeps = [clock.sleep(60_000, giveUp.signal)];
    clock.pause();
    sleeps.push(clock.sleep(60_000, giveUp.signal));
    await real.advance(5000);
    giveUp.abort();
    await Promise.all(sleeps);
    await clock.sleep(60_000, giveUp.signal);
    expect(clock.now()).toBe(0);
  });

  it('refuses a speed that is none', () => {
    expect(() => lapse(0)).toThrow(RangeError);
  });
});
