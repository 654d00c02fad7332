import type { Key } from './keys.ts';

/** What a person has chosen to see. */
export interface ViewState {
  /** Index of the selected job. */
  readonly selected: number;
  readonly panel: 'load' | 'explain' | 'faults';
  /** Rows of the explanation that are scrolled away. */
  readonly scrolled: number;
  /** Index in the list of faults. */
  readonly chosen: number;
}

/** How much there is to choose from. */
export interface Extent {
  readonly jobs: number;
  readonly faults: number;
  /** The explanation can be scrolled so far. */
  readonly scroll: number;
}

/** What a key asks for beyond another view. */
export type Wish = 'pause' | 'faster' | 'slower' | 'quit' | 'inject' | null;

export const FIRST_VIEW: ViewState = { selected: 0, panel: 'load', scrolled: 0, chosen: 0 };

/** The view after a key, and what else is to be done. */
export function press(state: ViewState, key: Key, extent: Extent): readonly [ViewState, Wish] {
  switch (key.kind) {
    case 'job':
      return [key.index < extent.jobs ? { ...state, selected: key.index, scrolled: 0 } : state, null];
    case 'up':
      return [moved(state, -1, extent), null];
    case 'down':
      return [moved(state, 1, extent), null];
    case 'explain':
      return [{ ...state, panel: state.panel === 'explain' ? 'load' : 'explain', scrolled: 0 }, null];
    case 'fault':
      return [{ ...state, panel: state.panel === 'faults' ? 'load' : 'faults' }, null];
    case 'escape':
      return [{ ...state, panel: 'load' }, null];
    case 'enter':
      return state.panel === 'faults' ? [{ ...state, panel: 'load' }, 'inject'] : [state, null];
    default:
      return [state, key.kind];
  }
}

function moved(state: ViewState, by: number, { jobs, faults, scroll }: Extent): ViewState {
  switch (state.panel) {
    case 'load':
      return { ...state, selected: within(state.selected + by, jobs - 1) };
    case 'explain':
      return { ...state, scrolled: within(state.scrolled + by, scroll) };
    case 'faults':
      return { ...state, chosen: within(state.chosen + by, faults - 1) };
  }
}

const within = (value: number, most: number): number => Math.max(0, Math.min(value, most));

const SPEEDS = [1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 960];

/** The next of the usual speeds. */
export function otherSpeed(speed: number, faster: boolean): number {
  const found = faster ? SPEEDS.find((it) => it > speed) : SPEEDS.findLast((it) => it < speed);
  return found ?? speed;
}
