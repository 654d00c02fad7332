import { describe, expect, it } from 'vitest';
import { cut, fit, fitRight, widthOf, wrap } from './text.ts';

describe('text in columns', () => {
  it.each([
    ['topup', 5, 'topup'],
    ['topup', 4, 'top…'],
    ['topup', 0, ''],
    ['充值充值', 5, '充值…'],
    ['充值', 4, '充值'],
    ['𠀀𠀀𠀀', 4, '𠀀…'],
    ['🙂🙂🙂', 4, '🙂…'],
  ])('%s in %d columns is %s', (text, width, shown) => {
    expect(cut(text, width)).toBe(shown);
    expect(widthOf(fit(text, width))).toBe(width);
    expect(widthOf(fitRight(text, width))).toBe(width);
  });

  it('a cut leaves no colour on', () => {
    expect(cut('\u001b[31mfailed\u001b[39m', 4)).toBe('\u001b[31mfai…\u001b[0m');
  });

  it.each([
    ['one two three', 8, '  ', ['one two', '  three']],
    ['abcdefgh', 3, ' ', ['abc', ' de', ' fg', ' h']],
    ['  indented text here', 10, '    ', ['  indented', '    text', '    here']],
    ['充值充值', 3, '', ['充', '值', '充', '值']],
    ['充值', 1, '  ', ['充', '值']],
    ['', 3, '', ['']],
  ])('%s wraps', (text, width, indent, rows) => {
    expect(wrap(text, width, indent)).toEqual(rows);
  });
});
