/** What Flink says, and which part of it throws, while it restores: the metadata first, then the state of each task. */
const RESTORING =
  /CheckpointException|Could not restore|Failed to rollback to checkpoint|Cannot find (?:checkpoint or savepoint|meta data) file|Unexpected magic number|StreamOperatorStateContext|BackendBuildingException|\.checkpoint\.(?:Checkpoints\.load|CheckpointCoordinator\.restore|metadata\.)/;

/** Storage that can't be reached says nothing about the point. */
const UNREACHABLE =
  /ConnectException|SocketTimeout|UnknownHost|NoRouteToHost|AccessControlException|AccessDenied|Permission denied|Connection refused|Connection reset/;

/** Why a run could not restore, by the stack traces of its failures; null when they are about something else. */
export function restoreFailure(traces: readonly string[]): string | null {
  const trace = traces.find((text) => RESTORING.test(text) && !UNREACHABLE.test(text));
  return trace === undefined ? null : rootCause(trace);
}

/** The line of a stack trace that says most: its last cause. */
export function rootCause(trace: string): string {
  const causes = trace.split('\n').filter((line) => line.trim() !== '' && !/^\s+(?:at |\.\.\. )/.test(line));
  return (causes.at(-1) ?? '')
    .replace(/^Caused by: /, '')
    .trim()
    .slice(0, 300);
}
