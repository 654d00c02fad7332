import { expect, it } from 'vitest';
import { errorOf } from './parse.ts';

it('names the type of an error and never its text', () => {
  const error = errorOf({ status: 'error', errorType: 'bad_data', error: 'parse error: secret' }, 400);
  expect(error).toMatchObject({ kind: 'refused', message: 'Prometheus: error bad_data' });
  expect(errorOf({ status: 'error', errorType: 'timeout' }, 503)).toMatchObject({ kind: 'timeout' });
  expect(errorOf({ status: 'success' }, 200)).toBeNull();
  expect(errorOf('text', 503)).toBeNull();
});

it('quotes no type that it does not know', () => {
  for (const errorType of ['hunter2', '__proto__', 'constructor', 7, null]) {
    expect(errorOf({ status: 'error', errorType }, 500)).toBeNull();
  }
});
