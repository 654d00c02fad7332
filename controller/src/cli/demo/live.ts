import type { Clock } from '../../io/clock.ts';
import { renderExplain } from '../render/explain.ts';
import type { Terminal } from '../terminal.ts';
import { faultMenu, type MenuFault } from './fault-menu.ts';
import type { Frame, Look, Panel } from './frame.ts';
import type { Host } from './host.ts';
import { readKeys } from './keys.ts';
import { explainRows, renderFrame } from './render-frame.ts';
import { openScreen, type Screen } from './screen.ts';
import type { DemoSession } from './session.ts';
import { toFrame } from './to-frame.ts';
import { FIRST_VIEW, otherSpeed, press, type ViewState, type Wish } from './view-state.ts';

/** Where the live view stands and until when. */
export interface LiveOptions {
  readonly session: DemoSession;
  readonly host: Host;
  readonly terminal: Terminal;
  /** Real time. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Real time between two pictures, ms. */
const PICTURE_MS = 200;
/** Rows of the view that are not the panel: title, table, help. */
const AROUND = 5;

/** Draws and takes keys until the signal is aborted; the terminal is as before when this returns. */
export async function watchLive(options: LiveOptions): Promise<void> {
  const { session, host, terminal, clock, signal } = options;
  const screen = openScreen({ write: terminal.out });
  const view = new LiveView(options, screen);
  const undo = [
    host.onExit(() => screen.close()),
    host.onHangup(() => screen.lose()),
    host.onResize(() => {
      screen.forget();
      view.draw();
    }),
    host.onInput((text) => view.input(text)),
  ];
  try {
    while (!signal.aborted && !session.broken.aborted) {
      session.look();
      view.draw();
      await clock.sleep(PICTURE_MS, signal);
    }
  } finally {
    for (const one of undo.toReversed()) one();
    screen.close();
  }
}

class LiveView {
  readonly #options: LiveOptions;
  readonly #screen: Screen;
  readonly #faults: readonly MenuFault[];
  #state: ViewState = FIRST_VIEW;

  constructor(options: LiveOptions, screen: Screen) {
    this.#options = options;
    this.#screen = screen;
    this.#faults = faultMenu(options.session.fleet);
  }

  draw(): void {
    this.#screen.draw(renderFrame(this.#frame(), this.#look()));
  }

  input(text: string): void {
    for (const key of readKeys(text)) {
      const [state, wish] = press(this.#state, key, this.#extent());
      this.#state = state;
      this.#grant(wish);
    }
    if (!this.#options.signal.aborted) this.draw();
  }

  #grant(wish: Wish): void {
    const { session, host } = this.#options;
    const { clock, fleet } = session;
    switch (wish) {
      case 'quit':
        return host.interrupt();
      case 'pause':
        return clock.paused ? clock.resume() : clock.pause();
      case 'faster':
      case 'slower':
        return clock.setSpeed(otherSpeed(clock.speed, wish === 'faster'));
      case 'inject': {
        const job = fleet.view().jobs[this.#state.selected];
        if (job !== undefined) this.#faults[this.#state.chosen]?.inject(fleet, job.name);
        return session.look();
      }
      case null:
    }
  }

  #look(): Look {
    const { host, terminal } = this.#options;
    return { ...host.size(), paint: terminal.paint, unicode: host.unicode };
  }

  #frame(): Frame {
    return toFrame(this.#options.session, this.#state.selected, this.#panel());
  }

  #panel(): Panel {
    const { panel, scrolled, chosen } = this.#state;
    if (panel === 'explain') return { kind: panel, text: this.#explanation(), scrolled };
    return panel === 'faults' ? { kind: panel, faults: this.#faults, chosen } : { kind: panel };
  }

  #explanation(): string {
    const { session, terminal } = this.#options;
    const job = session.fleet.view().jobs[this.#state.selected];
    const view = job && session.api.explain(job.key);
    return view === undefined
      ? 'Drey has not looked at it yet.'
      : renderExplain(view, session.api.now(), terminal.paint);
  }

  #extent() {
    const { session, host } = this.#options;
    const { columns, rows } = host.size();
    const jobs = session.fleet.view().jobs.length;
    const room = rows - jobs - AROUND;
    const all = this.#state.panel === 'explain' ? explainRows(this.#explanation(), columns).length : 0;
    return { jobs, faults: this.#faults.length, scroll: Math.max(0, all - room) };
  }
}
