import type { SyntaxNode, Tree } from '@lezer/common';
import { quoted, Refusal } from './problem.ts';
import { readString } from './strings.ts';

/** A text with its tree, free of syntax errors. */
export interface Parsed {
  readonly text: string;
  readonly tree: Tree;
}

/** A grammar, and the name that it gives to strings. */
export interface Grammar {
  readonly title: 'PromQL' | 'LogQL';
  readonly parse: (text: string) => Tree;
  readonly string: 'StringLiteral' | 'String';
  /** Says more of a syntax error than its place; null where nothing more is known. */
  readonly explain: (text: string, error: SyntaxNode) => Refusal | null;
}

const COMMENT = 'LineComment';
/** Where the grammars' parser begins to guess, about 300 levels, no tree can be trusted. */
const MAX_DEPTH = 250;

/** Throws `Refusal` at the first thing that is not of the language. */
export function parseQuery(grammar: Grammar, text: string): Parsed {
  const tree = grammar.parse(text);
  let bare = text;
  let depth = 0;
  tree.iterate({
    enter: ({ type, name, node, from, to }) => {
      depth += 1;
      if (depth > MAX_DEPTH) throw new Refusal(from, `a query of at most ${MAX_DEPTH} levels`, 'a deeper one');
      if (type.isError) throw grammar.explain(text, node) ?? syntaxError(grammar, text, from);
      if (name !== grammar.string && name !== COMMENT) return;
      const literal = text.slice(from, to);
      if (name === grammar.string && readString(literal) === null) throw badString(literal, from);
      bare = bare.slice(0, from) + ' '.repeat(to - from) + bare.slice(to);
    },
    leave: () => {
      depth -= 1;
    },
  });
  // The servers' own lexers know no other white space, and end a comment or a name where these grammars don't.
  const odd = bare.search(/[^\t\n\x20-\x7e]/);
  if (odd >= 0) throw new Refusal(odd, 'ASCII outside of strings', quoted(text.slice(odd, odd + 1)));
  return { text, tree };
}

function syntaxError({ title }: Grammar, text: string, from: number): Refusal {
  const rest = text.slice(from).trimStart();
  return new Refusal(text.length - rest.length, `valid ${title}`, rest === '' ? 'the end' : quoted(rest));
}

function badString(literal: string, at: number): Refusal {
  return new Refusal(at, 'a string with an end and with escapes that Go knows', quoted(literal));
}

/** Children that mean something. */
export function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== COMMENT) parts.push(child);
  }
  return parts;
}

/** Nodes of a name at or below a node, in order of the text. */
export function nodesOf(root: SyntaxNode, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  root.cursor().iterate((ref) => {
    if (ref.name === name) found.push(ref.node);
  });
  return found;
}

/** The text of a node. */
export function textOf({ text }: Parsed, node: SyntaxNode): string {
  return text.slice(node.from, node.to);
}

/** The value of a string's node, which `parseQuery` found good. */
export function stringOf(query: Parsed, node: SyntaxNode): string {
  return readString(textOf(query, node)) ?? '';
}

/** Comments, in order. */
export function commentsOf({ tree }: Parsed): readonly SyntaxNode[] {
  return nodesOf(tree.topNode, COMMENT);
}
