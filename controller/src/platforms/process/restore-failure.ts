import type { FlinkException } from '../../core/model/snapshot.ts';

/** What Flink says while it restores: from the metadata, then from the files of each operator. */
const RESTORING =
  /CheckpointException|Could not restore|Failed to (?:restore|rollback to checkpoint)|Cannot find (?:checkpoint or savepoint|meta ?data)|Error (?:while|when) restoring|restoring keyed state|StreamOperatorStateContext|CheckpointMetadata|Checkpoints\.loadAndValidateCheckpoint|MetadataV[0-9]Serializer|savepoint\/checkpoint metadata/i;

/** Storage that can't be reached says nothing about the point. */
const UNREACHABLE =
  /ConnectException|SocketTimeout|UnknownHost|NoRouteToHost|AccessControlException|AccessDenied|Connection refused/;

/** Why a run could not restore; null when its failures are about something else. */
export function restoreFailure(exceptions: readonly FlinkException[]): string | null {
  const failure = exceptions.find(({ message }) => RESTORING.test(message) && !UNREACHABLE.test(message));
  if (failure === undefined) return null;
  const lines = failure.message.split('\n').filter((line) => !/^\s*at /.test(line));
  return (lines.at(-1) ?? failure.name).trim().slice(0, 300);
}
