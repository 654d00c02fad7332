import truncatedWidth from 'fast-string-truncated-width';

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'y');
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a terminal that a text takes; colours take none, wide characters two. */
export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

/** The text in at most `width` columns; what is cut ends in `ellipsis`, and in no colour. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  return `${text.slice(0, indexAt(text, width - widthOf(ellipsis)))}${ellipsis}${colourEnd(text)}`;
}

/** The text in exactly `width` columns. */
export function fit(text: string, width: number, ellipsis = '…'): string {
  const shown = cut(text, width, ellipsis);
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}

/** As `fit`, at the right edge. */
export function fitRight(text: string, width: number): string {
  const shown = cut(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(shown))) + shown;
}

/** Rows of at most `width` columns (two at least), broken at spaces where there are any; all but the first start with `indent`. */
export function wrap(text: string, width: number, indent = ''): readonly string[] {
  const lead = indent.length + 2 > width ? '' : indent;
  const rows: string[] = [];
  let rest = text;
  while (widthOf(rest) > Math.max(2, width)) {
    const start = rows.length === 0 ? 0 : lead.length;
    const index = indexAt(rest, Math.max(2, width));
    const space = rest.lastIndexOf(' ', index);
    // Without spaces, or where the only ones are those at its start, a text is broken anywhere.
    const end = rest.slice(start, Math.max(start, space)).trim() === '' ? index : space;
    rows.push(rest.slice(0, end).trimEnd() + colourEnd(rest));
    rest = lead + rest.slice(end).trimStart();
  }
  rows.push(rest);
  return rows;
}

/** Where the columns are used up; never inside a character or a colour. */
function indexAt(text: string, width: number): number {
  let [index, used] = [0, 0];
  while (index < text.length) {
    const next = firstPart(text, index);
    const columns = next.length === 1 && isLatin(next.charCodeAt(0)) ? 1 : widthOf(next);
    if (used + columns > width) return index;
    used += columns;
    index += next.length;
  }
  return index;
}

/** A colour, or one character as people see it. Of plain Latin letters each is one, which spares the long way. */
function firstPart(text: string, index: number): string {
  if (isLatin(text.charCodeAt(index)) && !(text.charCodeAt(index + 1) >= COMBINING)) return text.charAt(index);
  COLOUR.lastIndex = index;
  const [colour] = COLOUR.exec(text) ?? [];
  if (colour !== undefined) return colour;
  for (const { segment } of graphemes.segment(text.slice(index, index + 64))) return segment;
  return '';
}

/** The first character that changes the one before it. */
const COMBINING = 0x300;
const isLatin = (code: number): boolean =>
  (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code < COMBINING && code !== 0xad);

function colourEnd(text: string): string {
  return text.includes(ESCAPE) ? `${ESCAPE}[0m` : '';
}
