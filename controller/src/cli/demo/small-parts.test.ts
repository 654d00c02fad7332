import { describe, expect, it } from 'vitest';
import { NOW } from '../../testing/api-model.ts';
import { demoEvents } from '../../testing/demo-frame.ts';
import { renderChart } from './chart.ts';
import { speaksUnicode } from './host.ts';
import { readKeys } from './keys.ts';
import { plainLine } from './plain-line.ts';
import { openScreen } from './screen.ts';
import { FIRST_VIEW, otherSpeed, press } from './view-state.ts';

describe('plain lines', () => {
  it('name job, event, cause, action, reason and why', () => {
    expect(demoEvents.map(plainLine)).toMatchInlineSnapshot(`
      [
        "11:46:00 fleet fault cause=- action=- reason=- metrics absent",
        "11:51:00 sim-activation Hold cause=UnderProvisioned action=Rescale reason=OutsideWindow Rescale waits for its window; activate needs 11 subtasks for 620 records/s since 45 s; may act in 20m",
        "11:53:00 topup load cause=- action=- reason=- three times the load, 600 to 1,800 records/s",
        "11:54:00 topup Act cause=UnderProvisioned action=Rescale reason=UnderProvisioned enrich needs 31 subtasks for 1,800 records/s since 30 s: to 19/31/8 subtasks on 8 TaskManagers",
        "11:59:00 roaming-fraud jobState cause=- action=- reason=- RUNNING to FAILED",
      ]
    `);
  });

  it('are one line each, whatever jobs say', () => {
    const line = plainLine({ ...demoEvents[0]!, job: 'a\nb', detail: '\u001b[2Jx\r\ny', reason: '' });
    expect(line).toBe('11:46:00 a b fault cause=- action=- reason=- metrics absent: x y');
  });
});

describe('keys', () => {
  it.each([
    ['\u001b[A', ['up']],
    ['\u001bOB', ['down']],
    ['\u001b', ['escape']],
    ['q', ['quit']],
    ['\u0003', ['quit']],
    ['E f+-= ', ['explain', 'pause', 'fault', 'faster', 'slower', 'faster', 'pause']],
    ['\u001b[200~x\u001b[15;2R', []],
    ['🙂0', []],
  ])('%j', (text, kinds) => {
    expect(readKeys(text).map((it) => it.kind)).toEqual(kinds);
  });

  it('choose jobs, scroll, and choose faults', () => {
    const extent = { jobs: 4, faults: 3, scroll: 2 };
    const after = (text: string) => readKeys(text).reduce((state, key) => press(state, key, extent)[0], FIRST_VIEW);
    expect(after('3')).toMatchObject({ selected: 2 });
    expect(after('9')).toMatchObject({ selected: 0 });
    expect(after('jjjjjjk')).toMatchObject({ selected: 2 });
    expect(after('ejjjj')).toMatchObject({ panel: 'explain', scrolled: 2, selected: 0 });
    expect(after('ejj2')).toMatchObject({ panel: 'explain', scrolled: 0, selected: 1 });
    expect(after('fjjjjj')).toMatchObject({ panel: 'faults', chosen: 2 });
    expect(after('fj\u001b')).toMatchObject({ panel: 'load' });
    expect(press({ ...FIRST_VIEW, panel: 'faults' }, { kind: 'enter' }, extent)[1]).toBe('inject');
    expect(press(FIRST_VIEW, { kind: 'enter' }, extent)[1]).toBeNull();
  });

  it('speeds go in steps', () => {
    expect([otherSpeed(60, true), otherSpeed(60, false), otherSpeed(960, true), otherSpeed(0.5, false)]).toEqual([
      120, 30, 960, 0.5,
    ]);
  });
});

describe('the screen', () => {
  it('writes only rows that changed, and gives the terminal back once', () => {
    const written: string[] = [];
    const screen = openScreen({ write: (text) => written.push(text) });
    expect(written.splice(0).join('')).toContain('\u001b[?1049h');
    screen.draw(['a', 'b', 'c']);
    expect(written.splice(0).join('')).toMatch(/a.*b.*c/);
    screen.draw(['a', 'B', 'c']);
    // oxlint-disable-next-line no-control-regex
    expect(written.splice(0).join('')).toMatch(/^\u001b\[\?2026h\u001b\[2;1HB\u001b\[0m\u001b\[\?2026l$/);
    screen.draw(['a', 'B', 'c']);
    expect(written).toEqual([]);
    screen.draw(['a']);
    expect(written.splice(0).join('')).toContain('\u001b[2;1H\u001b[0m \u001b[3;1H\u001b[0m ');
    screen.close();
    screen.close();
    screen.draw(['x']);
    expect(written.splice(0)).toEqual(['\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l']);
  });

  it('writes nothing more to a terminal that is gone', () => {
    const written: string[] = [];
    const screen = openScreen({ write: (text) => written.push(text) });
    written.length = 0;
    screen.lose();
    screen.forget();
    screen.draw(['x']);
    screen.close();
    expect(written).toEqual([]);
  });
});

describe('the chart', () => {
  const chart = {
    columns: 40,
    rows: 6,
    at: NOW,
    spanMs: 60_000,
    paint: (_: string, text: string) => text,
    unicode: false,
  };

  it('is empty before anything is known', () => {
    expect(renderChart([], chart).slice(0, -1).join('')).not.toMatch(/[#=]/);
  });

  it('has whole steps: within one nothing moves', () => {
    const at = Math.floor(NOW / 1875) * 1875;
    const points = Array.from({ length: 20 }, (_, i) => ({ at: at - i * 3000, demand: 100 + i, capacity: 150 }));
    const drawn = (now: number) => renderChart(points, { ...chart, at: now }).slice(0, -1);
    expect(drawn(at + 1800)).toEqual(drawn(at));
    expect(drawn(at + 1875)).not.toEqual(drawn(at));
  });
});

it.each([
  [{ LANG: 'en_US.UTF-8' }, 'linux', true],
  [{ LANG: 'C.utf8' }, 'linux', true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'linux', false],
  [{}, 'linux', false],
  [{}, 'win32', true],
])('%j on %s', (env, platform, unicode) => {
  expect(speaksUnicode(env, platform)).toBe(unicode);
});
