import { widthOf } from './text.ts';

/** Where the view is drawn: a terminal's output. */
export interface Output {
  readonly write: (text: string) => void;
}

const ESCAPE = String.fromCharCode(27);
const csi = (command: string): string => `${ESCAPE}[${command}`;

/** The whole terminal as a picture. Only rows that changed are written, so that nothing flickers. */
export interface Screen {
  draw(rows: readonly string[]): void;
  /** The next picture is drawn whole: the terminal's size changed. */
  forget(): void;
  /** Gives the terminal back as it was. */
  close(): void;
  /** The terminal is gone: nothing is written any more. */
  lose(): void;
}

/** Takes the terminal: alternate screen, no cursor, no wrapping of long rows. */
export function openScreen({ write }: Output): Screen {
  let shown: readonly string[] = [];
  let open = true;
  write(csi('?1049h') + csi('?25l') + csi('?7l') + csi('2J'));
  /** Blanks over what was there: erasing behind a row that fills the terminal would take its last character. */
  const place = (row: string, i: number): string => {
    const blanks = ' '.repeat(Math.max(0, widthOf(shown[i] ?? '') - widthOf(row)));
    return `${csi(`${i + 1};1H`)}${row}${csi('0m')}${blanks}`;
  };
  return {
    draw(rows) {
      if (!open) return;
      const changed = rows.flatMap((row, i) => (row === shown[i] ? [] : [place(row, i)]));
      const surplus = shown.slice(rows.length).map((_, i) => place('', rows.length + i));
      shown = rows;
      if (changed.length + surplus.length === 0) return;
      // One whole picture: terminals that know it hold back what stands between.
      write(csi('?2026h') + [...changed, ...surplus].join('') + csi('?2026l'));
    },
    forget() {
      shown = [];
      if (open) write(csi('2J'));
    },
    close() {
      if (!open) return;
      open = false;
      write(csi('0m') + csi('?7h') + csi('?25h') + csi('?1049l'));
    },
    lose() {
      open = false;
    },
  };
}
