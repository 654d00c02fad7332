import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const src = join(root, 'controller/src');
const catalogue = join(root, 'catalogue');

/** Imports point up this list only: a part may use what stands above it, and itself. */
const LAYERS = [
  'core',
  'resources',
  'io',
  'kube',
  'sources',
  'platforms',
  'store',
  'report',
  'observe',
  'remedy',
  'loop',
  'simulate',
  'server',
  'cli',
] as const;

/** Doubles for tests: they may use everything, and nothing but tests uses them. */
const DOUBLES = 'testing';

/** Longer than 300 lines because they are tables. */
const TABLES: readonly string[] = [];

interface Source {
  /** From controller/src. */
  readonly path: string;
  readonly layer: string;
  readonly text: string;
}

const sources: readonly Source[] = filesIn(src)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const path = relative(src, file);
    return { path, layer: path.split('/')[0] ?? '', text: readFileSync(file, 'utf8') };
  });
const product = sources.filter((it) => !isTest(it.path));

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.split('/').includes(DOUBLES);
}

/** Everything that a file imports, re-exports or loads later. */
function importsOf(text: string): readonly string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|\bimport\s*\(\s*'([^']+)'|(?:^|\n)import\s*'([^']+)'/g,
  );
  return [...found].map((it) => it[1] ?? it[2] ?? it[3] ?? '');
}

/** Code without comments and without what stands in quotes: words there are no use. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replace(/\/\/.*$/gm, '');
}

const linesWith = (pattern: RegExp, allowed: (path: string) => boolean): readonly string[] =>
  product.filter((it) => !allowed(it.path) && pattern.test(codeOf(it.text))).map((it) => it.path);

describe('layers', () => {
  it('finds the imports that it is about', () => {
    expect(
      importsOf("import { a } from './a.ts';\nimport type {\n  B,\n} from '../b.ts';\nexport { c } from './c.ts';"),
    ).toEqual(['./a.ts', '../b.ts', './c.ts']);
    expect(importsOf("const { a } = await import('./a.ts');\nimport './b.ts';")).toEqual(['./a.ts', './b.ts']);
    expect(product.length).toBeGreaterThan(100);
  });

  it('has every folder in the list', () => {
    const known = new Set<string>([...LAYERS, DOUBLES]);
    expect([...new Set(sources.map((it) => it.layer))].filter((it) => !known.has(it))).toEqual([]);
  });

  it('imports point up the list only', () => {
    const order: readonly string[] = LAYERS;
    const wrong = product.flatMap(({ path, layer, text }) =>
      importsOf(text)
        .filter((it) => it.startsWith('.'))
        .map((it) => resolve(dirname(join(src, path)), it))
        .filter((target) => !target.startsWith(`${catalogue}/`))
        .filter((target) => {
          const to = order.indexOf(relative(src, target).split('/')[0] ?? '');
          return to < 0 || to > order.indexOf(layer);
        })
        .map((target) => `${path} → ${relative(src, target)}`),
    );
    expect(wrong).toEqual([]);
  });

  it('core imports nothing outside itself and the catalogue', () => {
    const wrong = product
      .filter((it) => it.layer === 'core')
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((it) => {
            const target = resolve(dirname(join(src, path)), it);
            return !it.startsWith('.') || !(target.startsWith(join(src, 'core/')) || target.startsWith(catalogue));
          })
          .map((it) => `${path} → ${it}`),
      );
    expect(wrong).toEqual([]);
  });

  it('only the catalogue is read as JSON, and doubles stay in tests', () => {
    const wrong = product.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((it) => (it.endsWith('.json') && !it.includes('/catalogue/')) || it.includes(`/${DOUBLES}/`))
        .map((it) => `${path} → ${it}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('what a part takes from its caller', () => {
  it('the environment is read in configuration alone', () => {
    expect(linesWith(/\bprocess\.env\b|\benv\b[^;\n]*=\s*process\b/, (path) => path === 'cli/terminal.ts')).toEqual([]);
  });

  it('time and chance come in as parameters', () => {
    const timers =
      /\bDate\.now\b|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|AbortSignal\.timeout/;
    expect(linesWith(timers, (path) => path === 'io/clock.ts')).toEqual([]);
    const waiting = product.filter((it) => importsOf(it.text).some((name) => /^(node:)?timers/.test(name)));
    expect(waiting.map((it) => it.path)).toEqual([]);
    expect(linesWith(/\bMath\.random\b/, () => false)).toEqual([]);
    const chance = /\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/;
    expect(product.filter((it) => it.layer === 'core' && chance.test(codeOf(it.text)))).toEqual([]);
  });

  it('only the command line touches the process and the terminal', () => {
    expect(
      linesWith(/\bprocess\.(?:on|once|exit|exitCode|stdout|stderr)\b/, (path) => path.startsWith('cli/')),
    ).toEqual([]);
    expect(linesWith(/\bconsole\./, () => false)).toEqual([]);
  });
});

describe('files', () => {
  it('are named in kebab case', () => {
    expect(sources.map((it) => it.path).filter((it) => !/^[a-z0-9-]+(\/[a-z0-9-]+)*(\.test)?\.ts$/.test(it))).toEqual(
      [],
    );
  });

  it('are at most 300 lines long, half of them below 120', () => {
    const lengths = product.map((it) => ({ path: it.path, lines: it.text.split('\n').length - 1 }));
    expect(lengths.filter((it) => it.lines > 300 && !TABLES.includes(it.path))).toEqual([]);
    const median = lengths.map((it) => it.lines).sort((a, b) => a - b)[Math.floor(lengths.length / 2)];
    expect(median).toBeLessThan(120);
  });
});
