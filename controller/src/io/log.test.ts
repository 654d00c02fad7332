import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';

it('writes a fixed sentence, fields apart, and no secrets', () => {
  const written: string[] = [];
  const clock = new FakeClock(0);
  const log = createLog({ clock, stream: { write: (line: string) => void written.push(line) } });
  log.debug('not shown');
  log.child({ job: 'topup' }).warn('call failed', {
    token: 'x',
    request: { authorization: 'Bearer x', path: '/jobs' },
    error: Object.assign(new Error('broken'), { config: { headers: { authorization: 'Bearer x' } } }),
  });
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 'warn',
      time: '1970-01-01T00:00:00.000Z',
      job: 'topup',
      token: '***',
      request: { authorization: '***', path: '/jobs' },
      error: { name: 'Error', message: 'broken' },
      msg: 'call failed',
    },
  ]);
});
