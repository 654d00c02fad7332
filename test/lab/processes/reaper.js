// Ends the processes of a lab when the process that holds the other end of stdin has ended, however it ended.
// Plain JavaScript, because it runs without the tests' loader: node reaper.js LAB_DIR
import { readdirSync, readFileSync } from 'node:fs';

const folder = process.argv[2] ?? '';
const entry = `DREY_LAB_DIR=${folder}`;

/** Field 22 of /proc/PID/stat. */
function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

function recorded() {
  try {
    const { processes } = JSON.parse(readFileSync(`${folder}/lab.json`, 'utf8'));
    return processes.filter((one) => startTimeOf(one.pid) === one.startTime).map((one) => one.pid);
  } catch {
    return [];
  }
}

function isMarked(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
  } catch {
    return false;
  }
}

function marked() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isMarked(name));
}

function reap() {
  // Twice: a supervisor may have started another process while the first round went on.
  for (let round = 0; round < 2; round++) {
    for (const pid of [...recorded(), ...marked()]) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  }
}

process.stdin.on('end', reap).on('error', reap).resume();
