import { existsSync } from 'node:fs';
import { systemClock } from '../../../controller/src/io/clock.ts';
import { lockState, StateLocked } from '../../../controller/src/io/state-lock.ts';
import { endLabProcesses } from '../lab.ts';
import { type ProcessTable, readTable } from '../processes/table.ts';

/** `lab down`: ends what runs in the lab's folder and nothing else. Returns the exit code. */
export async function downCommand(folder: string): Promise<number> {
  const table = readTable(folder);
  const ended = await endLabProcesses(table);
  process.stdout.write(ended === 0 ? `nothing runs in ${folder}\n` : `ended ${ended} processes of ${folder}\n`);
  const dreys = await otherDreys(table);
  for (const pid of dreys) {
    process.stderr.write(
      `lab: Drey (process ${pid}) still runs on it and may start Flink again: end it, then repeat\n`,
    );
  }
  return dreys.length === 0 ? 0 : 1;
}

/** Processes that hold a state folder of the lab and were not started by it. */
async function otherDreys(table: ProcessTable): Promise<number[]> {
  const pids: number[] = [];
  for (const { stateDir } of table.clusters) {
    if (!existsSync(stateDir)) continue;
    try {
      await (await lockState(stateDir, systemClock)).release();
    } catch (error) {
      if (!(error instanceof StateLocked)) throw error;
      pids.push(error.pid);
    }
  }
  return pids;
}
