// Draws what a terminal shows as an SVG, 132 columns wide unless told otherwise:
//   FORCE_COLOR=1 npx drey explain topup | node docs/picture.js > docs/images/explain.svg
//   … | node docs/picture.js 100 > …
import { text } from 'node:stream/consumers';

const WIDTH = 8.2;
const HEIGHT = 18;
const COLUMNS = Number(process.argv[2] ?? 132);
const STYLES = {
  1: 'font-weight="bold" fill="#e6edf3"',
  2: 'fill="#7d8590"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
  36: 'fill="#79c0ff"',
};

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`(${ESCAPE}\\[\\d+m)`);

const escaped = (line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line of text with SGR sequences as one <text> with a <tspan> a style. */
function drawn(line, row) {
  let column = 0;
  let style = '';
  const spans = [];
  for (const part of line.split(SEQUENCE)) {
    const code = part.startsWith(ESCAPE) ? part.slice(2, -1) : undefined;
    if (code !== undefined) {
      style = STYLES[code] ?? '';
      continue;
    }
    const shown = part.slice(0, Math.max(0, COLUMNS - column));
    // Its length is given: fonts differ in how wide they draw what is not ASCII.
    const place = `x="${(12 + column * WIDTH).toFixed(1)}" textLength="${(shown.length * WIDTH).toFixed(1)}"`;
    if (shown !== '') spans.push(`<tspan ${place} lengthAdjust="spacingAndGlyphs" ${style}>${escaped(shown)}</tspan>`);
    column += part.length;
  }
  return `<text y="${24 + row * HEIGHT}" xml:space="preserve">${spans.join('')}</text>`;
}

const lines = (await text(process.stdin)).trimEnd().split('\n');
const width = Math.ceil(24 + COLUMNS * WIDTH);
const height = 24 + lines.length * HEIGHT;
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13.5" fill="#c9d1d9">
${lines.map(drawn).join('\n')}
</g>
</svg>
`);
