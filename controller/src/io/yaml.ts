import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import type { Finding, Issue, Path } from '../resources/check/finding.ts';

/** What a file may hold. */
const MAX_BYTES = 1024 * 1024;
const MAX_DOCUMENTS = 1000;
const MAX_ALIASES = 100;

/** One document of a file, with the way back from a path in it to its place. */
export interface YamlDocument {
  readonly value: unknown;
  readonly locate: (issue: Issue) => Finding;
}

/** What a file holds. */
export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  /** Syntax errors. A document with one is left out of `documents`. */
  readonly findings: readonly Finding[];
}

/** Reads all documents of a file. JSON is YAML too. */
export function parseYaml(text: string, file: string): YamlFile {
  const refuse = (expected: string, found: string): YamlFile => ({
    documents: [],
    findings: [{ file, line: 1, column: 1, path: [], at: 'value', expected, found, suggestion: null }],
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) return refuse(`at most ${MAX_BYTES} bytes`, `${bytes}`);
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const documents = [...parsed].filter((it) => !isEmpty(it));
  if (documents.length === 0) return refuse('a document', 'nothing');
  if (documents.length > MAX_DOCUMENTS) return refuse(`at most ${MAX_DOCUMENTS} documents`, `${documents.length}`);
  const read = documents.map((it) => readDocument(it, lines, file));
  return { documents: read.flatMap((it) => it.documents), findings: read.flatMap((it) => it.findings) };
}

type Parsed = Document.Parsed;

/** Between two `---`, or behind the last one, there may be nothing. */
function isEmpty({ contents, errors }: Parsed): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

function readDocument(document: Parsed, lines: LineCounter, file: string): YamlFile {
  if (document.errors.length > 0) {
    return { documents: [], findings: document.errors.map((it) => findingOf(it, document, lines, file)) };
  }
  const locate = (issue: Issue): Finding => ({ ...issue, ...placeOf(offsetOf(document, issue), lines, file) });
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { documents: [{ value, locate }], findings: [] };
  } catch (error) {
    // Aliases that expand without end, or that name no anchor.
    const found = error instanceof Error ? problemOf(error.message) : 'aliases that do not resolve';
    return {
      documents: [],
      findings: [locate({ path: [], at: 'value', expected: 'valid YAML', found, suggestion: null })],
    };
  }
}

function findingOf(error: YAMLError, document: Parsed, lines: LineCounter, file: string): Finding {
  const [offset] = error.pos;
  const path = pathAt(document, offset);
  const twice = error.code === 'DUPLICATE_KEY';
  return {
    ...placeOf(offset, lines, file),
    path,
    at: twice ? 'key' : 'value',
    expected: twice ? 'each key once' : 'valid YAML',
    found: twice ? `${JSON.stringify(path.at(-1))} a second time` : problemOf(error.message),
    suggestion: null,
  };
}

/** First line, without the full stop. */
function problemOf(message: string): string {
  return `"${(message.split('\n')[0] ?? '').replace(/[.:]\s*$/, '').slice(0, 200)}"`;
}

function placeOf(offset: number, lines: LineCounter, file: string): Pick<Finding, 'file' | 'line' | 'column'> {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

/** Where the issue's key or value starts; for what is missing, where the nearest thing around it starts. */
function offsetOf(document: Parsed, issue: Issue): number {
  let at: Node | null = document.contents;
  let offset = at?.range?.[0] ?? 0;
  for (const [depth, step] of issue.path.entries()) {
    const pair = isMap(at)
      ? at.items.find((it) => isScalar(it.key) && String(it.key.value) === String(step))
      : undefined;
    const next: unknown = pair === undefined ? (isCollection(at) ? at.get(step, true) : undefined) : pair.value;
    const key = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    offset = key ?? offset;
    const last = depth === issue.path.length - 1;
    if (last && issue.at === 'key') return offset;
    if (!isNode(next)) return offset;
    at = next;
    offset = startOf(at) ?? offset;
  }
  return offset;
}

/** A value that is not written out (`key:`) has no place of its own: its key's is better. */
function startOf(node: Node): number | undefined {
  const range = node.range;
  return range && range[1] > range[0] ? range[0] : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

/** The path of the innermost key before an offset: tells where in the document a syntax error is. */
function pathAt(document: Parsed, offset: number): Path {
  const path: (string | number)[] = [];
  let at: unknown = document.contents;
  for (;;) {
    const next = childAt(at, offset);
    if (next === undefined) return path;
    path.push(next.step);
    at = next.node;
  }
}

function childAt(at: unknown, offset: number): { readonly step: string | number; readonly node: unknown } | undefined {
  if (!isCollection(at)) return undefined;
  const index = at.items.findLastIndex((it) => {
    const start = isPair(it)
      ? isNode(it.key)
        ? it.key.range?.[0]
        : undefined
      : isNode(it)
        ? it.range?.[0]
        : undefined;
    return start !== undefined && start <= offset;
  });
  const item: unknown = at.items[index];
  if (isPair(item)) return isScalar(item.key) ? { step: String(item.key.value), node: item.value } : undefined;
  return isNode(item) ? { step: index, node: item } : undefined;
}
