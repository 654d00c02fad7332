import { describe, expect, it } from 'vitest';
import type { Issue, Path } from '../resources/check/finding.ts';
import { parseYaml } from './yaml.ts';

const issue = (path: Path, at: Issue['at'] = 'value'): Issue => ({
  path,
  at,
  expected: 'x',
  found: 'y',
  suggestion: null,
});

function placesOf(text: string, ...issues: Issue[]): string[] {
  const [document] = parseYaml(text, 'f').documents;
  return issues.map((it) => {
    const { line, column } = document!.locate(it);
    return `${line}:${column}`;
  });
}

describe('places', () => {
  const text = 'a:\n  - b: 1\n    c:\n  - {d: "x", e: [1, 2]}\nf: &anchor {g: 1}\nh: *anchor\n';

  it('point at values, and at keys where the key is meant', () => {
    expect(
      placesOf(text, issue(['a', 0, 'b']), issue(['a', 0, 'b'], 'key'), issue(['a', 1, 'e', 1]), issue(['f', 'g'])),
    ).toEqual(['2:8', '2:5', '4:21', '5:16']);
  });

  it('point at the nearest thing around what is missing or empty', () => {
    expect(
      placesOf(
        text,
        issue(['a', 1, 'nope']),
        issue(['a', 0, 'c']),
        issue(['a', 0, 'c', 'deep']),
        issue(['a', 9]),
        issue([]),
      ),
    ).toEqual(['4:5', '3:5', '3:5', '2:3', '1:1']);
  });

  it('survive Windows line ends, a byte order mark and JSON', () => {
    expect(placesOf('a: 1\r\nb: 2\r\n', issue(['b']))).toEqual(['2:4']);
    expect(placesOf('\uFEFFa: 1\n', issue(['a']))).toEqual(['1:5']);
    expect(placesOf('{"a": [1,\n 2]}', issue(['a', 1]))).toEqual(['2:2']);
  });

  it('are counted over the whole file', () => {
    const { documents } = parseYaml('a: 1\n---\n---\nb: 2\n', 'f');
    expect(documents.map((it) => it.value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents[1]!.locate(issue(['b']))).toMatchObject({ line: 4, column: 4 });
  });
});

describe('what is no YAML', () => {
  const first = (text: string): string => {
    const [finding] = parseYaml(text, 'f').findings;
    return `${finding?.line}:${finding?.column} ${finding?.path.join('.')} ${finding?.expected}: ${finding?.found}`;
  };

  it.each([
    ['', '1:1  a document: nothing'],
    ['# only words\n', '1:1  a document: nothing'],
    ['a:\n  b: 1\n  b: 2\n', '3:3 a.b each key once: "b" a second time'],
    ['a:\n\tb: 1\n', '2:1 a valid YAML: "Tabs are not allowed as indentation"'],
    ['a: *b\n', '1:1  valid YAML: "Unresolved alias (the anchor must be set before the alias): b"'],
    ['a: "open\n', '2:1 a valid YAML: "Missing closing "quote"'],
  ])('%j', (text, finding) => {
    expect(first(text)).toBe(finding);
  });

  it('expands no bomb of aliases and reads no huge file', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) =>
        `k${i}: &a${i} [${Array(9)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(', ')}]`,
    );
    expect(first(levels.join('\n'))).toMatch(/Excessive alias count/);
    expect(first(`a: ${'x'.repeat(1024 * 1024)}`)).toMatch(/at most 1048576 bytes/);
  });

  it('leaves the other documents', () => {
    const { documents, findings } = parseYaml('a: [\n---\nb: 2\n', 'f');
    expect(findings.length).toBeGreaterThan(0);
    expect(documents.map((it) => it.value)).toEqual([{ b: 2 }]);
  });
});
