const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S]|$)/g;

/**
 * The value of a string of PromQL or LogQL as the servers read it; null where they refuse it. Bytes above ASCII written as
 * `\x` or octal escapes are refused too: they would have to make UTF-8 together with their neighbours.
 */
export function readString(literal: string): string | null {
  const quote = literal[0] ?? '';
  // Loki refuses NUL. Prometheus refuses U+FFFD, and half a surrogate pair is sent as that.
  if (literal.length < 2 || !literal.endsWith(quote) || /[\0\ufffd\p{Surrogate}]/u.test(literal)) return null;
  const body = literal.slice(1, -1);
  if (quote === '`') return body;
  if (body.includes('\n')) return null;
  let good = true;
  const value = body.replaceAll(ESCAPE, (_, escape: string) => {
    const character = unescapeOne(escape, quote);
    good &&= character !== null;
    return character ?? '';
  });
  // A quote at the end that belongs to an escape ends nothing.
  return good && !body.replaceAll(ESCAPE, '').includes(quote) ? value : null;
}

function unescapeOne(escape: string, quote: string): string | null {
  if (escape === quote) return quote;
  if (escape.length === 1) return SIMPLE[escape] ?? null;
  const [digits, base, limit] = /^[0-7]/.test(escape) ? [escape, 8, 0x7f] : [escape.slice(1), 16, limitOf(escape)];
  const code = Number.parseInt(digits, base);
  if (Number.isNaN(code) || code > limit || (code >= 0xd800 && code <= 0xdfff)) return null;
  return String.fromCodePoint(code);
}

const limitOf = (escape: string): number => (escape.startsWith('x') ? 0x7f : 0x10ffff);

/**
 * A text as a string of PromQL or LogQL. Everything but printable ASCII is escaped; half a surrogate pair, which
 * is no text, becomes U+FFFD.
 */
export function writeString(value: string): string {
  let body = '';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') body += `\\${character}`;
    else if (code >= 0x20 && code <= 0x7e) body += character;
    else if (code >= 0xd800 && code <= 0xdfff) body += String.raw`\ufffd`;
    else body += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  }
  return `"${body}"`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
