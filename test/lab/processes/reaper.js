// Ends the processes of a lab when the process that holds the other end of stdin has ended, however it ended.
// Plain JavaScript, because it runs without the tests' loader: node reaper.js LAB_DIR
import { readdirSync, readFileSync } from 'node:fs';

const folder = process.argv[2] ?? '';

/** Field 22 of /proc/PID/stat. */
function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

function readTable() {
  try {
    return JSON.parse(readFileSync(`${folder}/lab.json`, 'utf8'));
  } catch {
    return { processes: [], clusters: [] };
  }
}

function isMarked(pid, entries) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return environment.some((entry) => entries.includes(entry));
  } catch {
    return false;
  }
}

function found() {
  const { processes, clusters } = readTable();
  const recorded = processes.filter((one) => startTimeOf(one.pid) === one.startTime).map((one) => one.pid);
  const entries = [`DREY_LAB_DIR=${folder}`, ...clusters.map((cluster) => cluster.marker)];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return [...recorded, ...pids.filter((pid) => pid !== process.pid && isMarked(pid, entries))];
}

function reap() {
  // Twice: a supervisor may have started another process while the first round went on.
  for (let round = 0; round < 2; round++) {
    for (const pid of found()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  }
}

process.stdin.on('end', reap).on('error', reap).resume();
