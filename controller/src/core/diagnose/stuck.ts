import { usable } from '../model/input.ts';
import type { Snapshot, UnregisteredTaskManager } from '../model/snapshot.ts';

/** A TaskManager registers within seconds of its start; a JVM on a busy machine may take a minute to get there. */
const START_MS = 90_000;
/** One that went on after a stop, or lost its connection, registers again within Flink's own retries of at most 30 s. */
const AWAY_MS = 30_000;

/** TaskManagers that live, had time to register, and that the JobManager has not named for a while. */
export function stuckTaskManagers({ platform, at }: Snapshot): readonly UnregisteredTaskManager[] {
  const unregistered = usable(platform)?.taskManagers.unregistered ?? [];
  return unregistered.filter(({ startedAt, since }) => {
    return at - since >= AWAY_MS && at - (startedAt ?? since) >= START_MS;
  });
}
