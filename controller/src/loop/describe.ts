import type { InputName } from '../core/model/input.ts';
import type { Snapshot } from '../core/model/snapshot.ts';

type Describers = { readonly [K in InputName]: (input: FreshValue<K>) => string };
type FreshValue<K extends InputName> = Extract<Snapshot[K], { freshness: 'fresh' }>['value'];

/** An input in a few words for people. */
export function describe(name: InputName, snapshot: Snapshot): string {
  const input = snapshot[name];
  if (input.freshness !== 'fresh') return input.detail;
  // The table pairs each name with its own type, which TypeScript can't follow through an index.
  return (DESCRIBERS[name] as (value: unknown) => string)(input.value);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const DESCRIBERS: Describers = {
  jobState: (run) => (run.runningForMs ? `${run.state} for ${seconds(run.runningForMs)}` : run.state),
  restarts: (counts) => `${counts.restarts} restarts, ${counts.rescales ?? 'unknown'} of them rescales`,
  checkpoints: (counts) => `${counts.completed} completed, ${counts.failed} failed`,
  vertices: (loads) =>
    loads
      .map(
        (one) =>
          `${one.name} ${Math.round(one.inRate)}/s busy ${percent(one.busy)} held back ${percent(one.backPressured)}`,
      )
      .join(', '),
  lag: (lag) => `${seconds(lag.lagMs)} by ${lag.by === 'eventTime' ? 'event time' : 'records waiting'}`,
  topology: (topology) => topology.vertices.map((one) => `${one.name} ×${one.parallelism}`).join(', '),
  taskManagers: (counts) => `${counts.registered} registered, ${counts.slotsFree} of ${counts.slotsTotal} slots free`,
  platform: (status) =>
    `JobManager ${status.jobManager.toLowerCase()}, ${status.taskManagers.running} of ${status.taskManagers.wanted} TaskManagers`,
  restorePoints: ({ points, broken }) =>
    `${points.length} usable${points[0] ? `, newest ${points[0].path} (${points[0].level})` : ''}${broken.length > 0 ? `, ${broken.length} broken` : ''}`,
  restoredFrom: (restored) => (restored.point === null ? 'started empty' : `checkpoint ${restored.point.checkpointId}`),
  exceptions: ({ entries }) => entries[0]?.name ?? 'none',
};
