import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { healthyJob } from '../../testing/api-model.ts';
import { demoEvents, demoFrame } from '../../testing/demo-frame.ts';
import type { Frame, Look } from './frame.ts';
import { explainRows, renderFrame } from './render-frame.ts';
import { widthOf } from './text.ts';

const bare: Look['paint'] = (_, text) => text;
const coloured: Look['paint'] = (style, text) => styleText(style, text, { validateStream: false });
const look = (columns: number, rows: number, more: Partial<Look> = {}): Look => ({
  columns,
  rows,
  paint: bare,
  unicode: true,
  ...more,
});
const draw = (frame: Frame, to: Look): string => renderFrame(frame, to).join('\n');
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe('the view', () => {
  it('tells all in 80 columns and 24 rows', () => {
    expect(`\n${draw(demoFrame, look(80, 24))}\n`).toMatchInlineSnapshot(`
      "
      DREY DEMO  a real Drey looks after 4 simulated Flink jobs          12:00:00  60x
      2nd terminal: npx drey explain topup --server http://127.0.0.1:43121
        JOB               STATE       LAG/GOAL        SIZE TM    DREY
      ▸ topup             RUNNING      12s/30s ██░░  12→31 3/8   Rescale
        roaming-fraud     FAILED     1m35s/30s ████      6       first look
        sim-activation    RUNNING       42s/1m ███░      6 3     Hold OutsideWindow
        dealer-motivation RUNNING       1s/30s ░░░░      4 3     WithinBand

      topup  ⣿ demand 1,800   ━ capacity 2,400   records/s
       2,500 ┤                                                              ⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
             ┤                                                        ⡲⡲⡲⡲⡲⡪⡲⡲⡲⡲⡲⡲⡲⡲⡲⡲
             ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣈⣊⣊⣊⣊⣊⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪
             ┤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡠⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⡤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡠⡤⡤⡤⡤⡤⡤⡢⡢⡢⡢⡢⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪
           0 ┤⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪⡪
              11:30                            11:45                             12:00
      Drey: Rescale for UnderProvisioned: Executing, decided 35s ago.

      What happened, and why
      11:51 sim-activation    Hold OutsideWindow (Rescale for UnderProvisioned): Resc…
      11:53 topup             three times the load, 600 to 1,800 records/s
      11:54 topup             Rescale to 31 for UnderProvisioned: enrich needs 31
                              subtasks for 1,800 records/s since 30 s: to 19/31/8 sub…
      11:59 roaming-fraud     RUNNING to FAILED
      ↑↓ or 1-4 job  e explain  f fault  space pause  +/- speed  q quit
      "
    `);
  });

  it('does with ASCII alone where the locale has no more', () => {
    const shown = draw(demoFrame, look(80, 24, { unicode: false }));
    // oxlint-disable-next-line no-control-regex
    expect(shown).toMatch(/^[\u0000-\u007f]*$/);
    expect(`\n${shown}\n`).toMatchInlineSnapshot(`
      "
      DREY DEMO  a real Drey looks after 4 simulated Flink jobs          12:00:00  60x
      2nd terminal: npx drey explain topup --server http://127.0.0.1:43121
        JOB               STATE       LAG/GOAL        SIZE TM    DREY
      > topup             RUNNING      12s/30s ##..  12>31 3/8   Rescale
        roaming-fraud     FAILED     1m35s/30s ####      6       first look
        sim-activation    RUNNING       42s/1m ###.      6 3     Hold OutsideWindow
        dealer-motivation RUNNING       1s/30s ....      4 3     WithinBand

      topup  # demand 1,800   = capacity 2,400   records/s
       2,500 |                                                              ==========
             |                                                       ######=##########
             |=============================================================###########
             |########################################################################
           0 |########################################################################
              11:30                            11:45                             12:00
      Drey: Rescale for UnderProvisioned: Executing, decided 35s ago.

      What happened, and why
      11:51 sim-activation    Hold OutsideWindow (Rescale for UnderProvisioned): Resc~
      11:53 topup             three times the load, 600 to 1,800 records/s
      11:54 topup             Rescale to 31 for UnderProvisioned: enrich needs 31
                              subtasks for 1,800 records/s since 30 s: to 19/31/8 sub~
      11:59 roaming-fraud     RUNNING to FAILED
      up/down or 1-4 job  e explain  f fault  space pause  +/- speed  q quit
      "
    `);
  });

  it('uses more room where there is more', () => {
    const rows = renderFrame(demoFrame, look(120, 40));
    const shown = rows.join('\n');
    expect(rows).toHaveLength(40);
    expect(shown).toContain('Hold OutsideWindow: Rescale waits for its window');
    for (const { headline } of demoEvents) expect(shown).toContain(headline);
    expect(rows.filter((row) => row.includes('┤')).length).toBeGreaterThan(8);
  });

  it.each([
    [60, 15],
    [71, 40],
    [200, 19],
    [10, 2],
    [1, 1],
  ])('%d×%d is too small, and says so as far as it goes', (columns, rows) => {
    const shown = renderFrame(demoFrame, look(columns, rows));
    expect(shown).toHaveLength(rows);
    expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(columns);
    if (columns >= 60) expect(shown.join('\n')).toContain(`here are ${columns} and ${rows}`);
  });

  it.each([
    [72, 20],
    [80, 24],
    [100, 30],
    [120, 40],
    [250, 90],
  ])('fills %d×%d and no more, whatever is shown', (columns, rows) => {
    const text = `${'word '.repeat(80)}\n${'x'.repeat(400)}\n`.repeat(30);
    const faults = Array.from({ length: 40 }, (_, i) => ({ title: `fault${i}`, about: 'does much harm '.repeat(9) }));
    const panels: readonly Frame['panel'][] = [
      { kind: 'load' },
      { kind: 'explain', text, scrolled: 1000 },
      { kind: 'faults', faults, chosen: 39 },
    ];
    for (const panel of panels) {
      const plainly = renderFrame({ ...demoFrame, panel }, look(columns, rows));
      const inColour = renderFrame({ ...demoFrame, panel }, look(columns, rows, { paint: coloured }));
      for (const shown of [plainly, inColour]) {
        expect(shown).toHaveLength(rows);
        expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(columns);
      }
      // oxlint-disable-next-line no-control-regex
      expect(inColour.map((row) => row.replace(/\u001b\[\d+m/g, '').trimEnd())).toEqual(
        plainly.map((row) => row.trimEnd()),
      );
    }
  });

  it('colours what it shows only where colours are wanted', () => {
    expect(draw(demoFrame, look(80, 24))).not.toMatch(CONTROL);
    expect(draw(demoFrame, look(80, 24, { paint: coloured }))).toContain('\u001b[32mRUNNING   \u001b[39m');
  });

  it('text from jobs can not command it', () => {
    const evil = '\u001b[2J\u0007\u202e充值充值充值充值充值\r\nx';
    const view = { ...healthyJob, name: evil, page: { since: 0, cause: evil, detail: evil.repeat(20) } };
    const job = { ...demoFrame.jobs[0]!, name: evil, state: evil, view };
    const events = demoEvents.map((it) => ({ ...it, job: evil, headline: evil, detail: evil }));
    const jobs = [job, { ...job, view: { ...view, page: null, decision: { ...view.decision!, reason: evil } } }];
    for (const selected of [0, 1]) {
      const rows = renderFrame({ ...demoFrame, jobs, events, selected }, look(120, 40));
      expect(rows.join('\n')).not.toMatch(CONTROL);
      expect(rows.join('\n')).not.toMatch(/\u202e/);
      expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(120);
    }
  });

  it('shows the explanation from where it is scrolled to, and never past its end', () => {
    const text = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n');
    const shown = (scrolled: number): string =>
      draw({ ...demoFrame, panel: { kind: 'explain', text, scrolled } }, look(80, 24));
    expect(shown(0)).toMatch(/line 0\n/);
    expect(shown(10)).not.toMatch(/line 9\n/);
    expect(shown(10)).toMatch(/line 10\n/);
    expect(shown(999)).toMatch(/line 29\n/);
    expect(explainRows('  a b\n\n', 3)).toEqual(['  a', ' b'.trim()]);
  });

  it('keeps the chosen fault in sight', () => {
    const faults = Array.from({ length: 40 }, (_, i) => ({ title: `fault${i}.`, about: '' }));
    for (const chosen of [0, 20, 39]) {
      const panel = { kind: 'faults', faults, chosen } as const;
      expect(draw({ ...demoFrame, panel }, look(80, 24))).toContain(`▸ fault${chosen}.`);
    }
  });

  it('says when it stands still', () => {
    expect(draw({ ...demoFrame, paused: true }, look(80, 24))).toMatch(/^DREY DEMO .* PAUSED {2}12:00:00 {2}60x\n/);
  });
});
