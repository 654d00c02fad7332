import { describe, expect, it } from 'vitest';
import { neverOpens, windowClock } from './windows.ts';

const at = (text: string): number => Date.parse(text);
const HOUR = 3_600_000;

describe('windowClock', () => {
  const nightly = windowClock({ schedule: '0 2 * * *', duration: 2 * HOUR, timeZone: 'Europe/Warsaw' });

  it.each([
    ['2026-06-01T00:00:00Z', { openUntil: at('2026-06-01T02:00:00Z') }],
    ['2026-06-01T01:59:59.999Z', { openUntil: at('2026-06-01T02:00:00Z') }],
    ['2026-06-01T02:00:00Z', { opensAt: at('2026-06-02T00:00:00Z') }],
    ['2026-05-31T23:59:59.999Z', { opensAt: at('2026-06-01T00:00:00Z') }],
    // The clock jumps from 2 to 3 on this day: the window opens at the jump.
    ['2026-03-29T00:30:00Z', { opensAt: at('2026-03-29T01:00:00Z') }],
    ['2026-03-29T01:00:00Z', { openUntil: at('2026-03-29T03:00:00Z') }],
    // 2 o'clock comes twice on this day: the first counts.
    ['2026-10-25T00:00:00Z', { openUntil: at('2026-10-25T02:00:00Z') }],
    ['2026-10-25T02:00:00Z', { opensAt: at('2026-10-26T01:00:00Z') }],
  ])('%s', (now, state) => {
    expect(nightly(at(now))).toEqual(state);
  });

  it('answers right when time goes backwards', () => {
    expect(nightly(at('2026-06-01T01:00:00Z'))).toHaveProperty('openUntil');
    expect(nightly(at('2026-05-31T12:00:00Z'))).toEqual({ opensAt: at('2026-06-01T00:00:00Z') });
  });

  it('joins openings that overlap', () => {
    const clock = windowClock({ schedule: '0 0,1,2 * * *', duration: 1.5 * HOUR, timeZone: 'UTC' });
    expect(clock(at('2026-06-01T00:30:00Z'))).toEqual({ openUntil: at('2026-06-01T03:30:00Z') });
  });

  it('knows schedules that never come true', () => {
    expect(neverOpens('0 0 30 2 *')).toBe(true);
    expect(neverOpens('noon')).toBe(true);
    expect(neverOpens('0 0 29 2 *')).toBe(false);
  });
});
