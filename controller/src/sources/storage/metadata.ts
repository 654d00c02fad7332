import { ByteReader, CorruptError } from './byte-reader.ts';
import { channelHandle, keyedHandle, type NamedFile, operatorHandle, streamHandle } from './state-handles.ts';

/** First four bytes of every `_metadata` (Flink's `Checkpoints.HEADER_MAGIC_NUMBER`). */
const MAGIC = 0x4960672d;

const MASTER_STATE_MAGIC = 0xc96b1696 | 0;

/** What a `_metadata` says. */
export interface Metadata {
  readonly checkpointId: number;
  readonly kind: 'checkpoint' | 'savepoint';
  /** Every file that must be there; null where the version of the format is not known here. */
  readonly files: readonly NamedFile[] | null;
}

/**
 * Reads a `_metadata` of the versions 3 to 6 (Flink 1.11 to 2.3), the way Flink's `MetadataV*Serializer` do, and checks
 * that it is whole. Of another version only the header is read. Throws `CorruptError`.
 */
export function readMetadata(bytes: Buffer): Metadata {
  const from = new ByteReader(bytes);
  if (bytes.length === 0) throw new CorruptError('empty');
  if (from.int() !== MAGIC) throw new CorruptError('not a Flink metadata file');
  const version = from.int();
  const checkpointId = from.long();
  if (version < 3 || version > 6) return { checkpointId, kind: 'checkpoint', files: null };
  const files: NamedFile[] = [];
  masterStates(from);
  for (let operators = from.count(); operators > 0; operators -= 1) operatorState(from, files, version);
  return { checkpointId, kind: version >= 4 ? properties(from.rest()) : 'checkpoint', files };
}

function masterStates(from: ByteReader): void {
  for (let left = from.count(); left > 0; left -= 1) {
    if (from.int() !== MASTER_STATE_MAGIC) throw new CorruptError(`no master state at byte ${from.at - 4}`);
    from.skip(from.count());
  }
}

function operatorState(from: ByteReader, files: NamedFile[], version: number): void {
  const sink = (file: NamedFile): void => void files.push(file);
  if (version >= 5) {
    // Name and uid of the operator.
    from.text();
    from.text();
  }
  // Operator id (two longs), parallelism, max parallelism.
  from.skip(24);
  // State of the operator's coordinator.
  streamHandle(from, sink);
  const subtasks = from.int();
  for (let left = subtasks; left > 0; left -= 1) {
    // A negative index: the subtask has finished and has no state.
    if (from.int() >= 0) subtaskState(from, sink, version >= 6);
  }
}

function subtaskState(from: ByteReader, sink: (file: NamedFile) => void, merged: boolean): void {
  // Managed, then raw operator state, each behind a flag.
  if (from.int() !== 0) operatorHandle(from, sink);
  if (from.int() !== 0) operatorHandle(from, sink);
  keyedHandle(from, sink);
  keyedHandle(from, sink);
  // Input channels, then result subpartitions.
  for (let left = from.count(); left > 0; left -= 1) channelHandle(from, sink, merged);
  for (let left = from.count(); left > 0; left -= 1) channelHandle(from, sink, merged);
}

/** Behind the state lies a Java object, `CheckpointProperties`; its last field is an enum, so the file ends with a name. */
function properties(rest: Buffer): Metadata['kind'] {
  const tail = /t[\0-\x7f]{2}([A-Z_]{3,40})$/.exec(rest.toString('latin1'));
  const length = tail?.[1]?.length ?? -1;
  const whole = rest.length > length + 3 && rest.readUInt16BE(0) === 0xaced;
  if (length < 0 || !whole || rest.readUInt16BE(rest.length - length - 2) !== length) {
    throw new CorruptError('cut off in its properties');
  }
  return rest.includes('SavepointType') ? 'savepoint' : 'checkpoint';
}
