/** What a person wants. */
export type Key =
  | { readonly kind: 'up' | 'down' | 'enter' | 'escape' | 'pause' | 'explain' | 'fault' | 'faster' | 'slower' | 'quit' }
  | { readonly kind: 'job'; readonly index: number };

const ESCAPE = String.fromCharCode(27);

const KEYS: Readonly<Record<string, Key['kind'] & Exclude<Key['kind'], 'job'>>> = {
  [`${ESCAPE}[A`]: 'up',
  [`${ESCAPE}OA`]: 'up',
  k: 'up',
  [`${ESCAPE}[B`]: 'down',
  [`${ESCAPE}OB`]: 'down',
  j: 'down',
  '\r': 'enter',
  '\n': 'enter',
  [ESCAPE]: 'escape',
  ' ': 'pause',
  e: 'explain',
  f: 'fault',
  '+': 'faster',
  '=': 'faster',
  '-': 'slower',
  q: 'quit',
  // Ctrl-C and Ctrl-D: a terminal in raw mode sends no signals.
  '\u0003': 'quit',
  '\u0004': 'quit',
};

const SEQUENCE = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])|[\\s\\S]`, 'gu');

/** The keys in what a terminal sent; what means nothing is left out. */
export function readKeys(text: string): readonly Key[] {
  return (text.match(SEQUENCE) ?? []).flatMap((it): readonly Key[] => {
    if (/^[1-9]$/.test(it)) return [{ kind: 'job', index: Number(it) - 1 }];
    const kind = KEYS[it] ?? KEYS[it.toLowerCase()];
    return kind === undefined ? [] : [{ kind }];
  });
}
