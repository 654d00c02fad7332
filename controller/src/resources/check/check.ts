import { z } from 'zod';
import { describeValue, type Issue, type Path } from './finding.ts';
import { shapeAt, shapeOf } from './shape.ts';
import { suggest } from './suggest.ts';

/** A value that passed its schema, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Checks a document against its schema and says what was expected where it differs. */
export function check<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value, { error: (issue) => expectationOf(issue) });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.flatMap((issue) => issuesOf(issue, schema, value)) };
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** The phrase for an issue of a schema that brings none of its own. */
function expectationOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      return sized(issue.origin, `at least ${issue.minimum}`);
    case 'too_big':
      return sized(issue.origin, `at most ${issue.maximum}`);
    default:
      return 'a valid value';
  }
}

function sized(origin: string, limit: string): string {
  switch (origin) {
    case 'string':
      return `text of ${limit} characters`;
    case 'array':
      return `${limit} entries`;
    default:
      return limit;
  }
}

function issuesOf(issue: z.core.$ZodIssue, schema: z.ZodType, document: unknown): readonly Issue[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  const found = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, path, key));
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? issue.message;
    return [{ path, at: 'key', expected, found: describeValue(path.at(-1)), suggestion: null }];
  }
  const meant = issue.code === 'invalid_value' && typeof found === 'string' ? issue.values.map(String) : [];
  return [
    {
      path,
      at: 'value',
      expected: issue.message,
      found: describeValue(found),
      suggestion: typeof found === 'string' ? suggest(found, meant) : null,
    },
  ];
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Issue {
  const known = Object.keys(shapeAt(shapeOf(schema), path)?.properties ?? {});
  return {
    path: [...path, key],
    at: 'key',
    expected: known.length === 0 ? 'no such key' : oneOf(known),
    found: `unknown key ${describeValue(key)}`,
    suggestion: suggest(key, known),
  };
}

/** `one of a, b, c`; a single one stands for itself. */
export function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

/** Undefined where the path leaves the document. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    return (at as Record<string | number, unknown>)[step];
  }, document);
}
