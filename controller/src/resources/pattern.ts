import { RE2JS } from 're2js';
import { z } from 'zod';

/** A user's pattern: RE2, which has no catastrophic cases, anchored at both ends. Throws on a syntax error. */
export function compilePattern(source: string): (text: string) => boolean {
  const pattern = RE2JS.compile(source);
  return (text) => pattern.matches(text);
}

/** A pattern that compiles. */
export const pattern = z.string().min(1).max(256).refine(compiles, { error: 'an RE2 pattern such as "Source: .*"' });

function compiles(source: string): boolean {
  try {
    compilePattern(source);
    return true;
  } catch {
    return false;
  }
}
