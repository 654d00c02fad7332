/** A file that a made-up checkpoint names. */
export interface MetadataFile {
  readonly path: string;
  readonly bytes: number;
  /** Relative to the folder of the `_metadata`. */
  readonly relative?: boolean;
}

/** A `_metadata` of version 6 (Flink 2.x) with one operator whose subtask 0 holds the files as incremental keyed state. */
export function flinkMetadata(options: {
  readonly checkpointId: number;
  readonly files?: readonly MetadataFile[];
  readonly savepoint?: boolean;
}): Buffer {
  const files = options.files ?? [];
  return Buffer.concat([
    int(0x4960672d),
    int(6),
    long(options.checkpointId),
    // No master states, one operator: name, uid, id, parallelism, max parallelism, no coordinator state.
    int(0),
    int(1),
    text('count'),
    text(''),
    long(1),
    long(2),
    int(1),
    int(128),
    byte(0),
    // One subtask, number 0, without operator state.
    int(1),
    int(0),
    int(0),
    int(0),
    keyedState(files),
    byte(0),
    // No channel state.
    int(0),
    int(0),
    properties(options.savepoint === true),
  ]);
}

function keyedState(files: readonly MetadataFile[]): Buffer {
  const handle = (file: MetadataFile): Buffer =>
    file.relative === true
      ? Buffer.concat([byte(6), text(file.path), long(file.bytes)])
      : Buffer.concat([byte(2), long(file.bytes), text(file.path)]);
  return Buffer.concat([
    byte(11),
    long(1),
    text('00000000-0000-0000-0000-000000000000'),
    int(0),
    int(128),
    long(10),
    // The backend's own description, inline.
    Buffer.concat([byte(1), text('inline'), int(3), Buffer.from('abc')]),
    int(files.length),
    ...files.map((file, index) => Buffer.concat([text(`${index}.sst`), handle(file)])),
    int(0),
    text('handle'),
  ]);
}

function properties(savepoint: boolean): Buffer {
  const kind = savepoint
    ? 'org.apache.flink.runtime.checkpoint.SavepointType'
    : 'org.apache.flink.runtime.checkpoint.CheckpointType';
  const last = savepoint ? 'NONE' : 'FORWARD_BACKWARD';
  return Buffer.concat([Buffer.from([0xac, 0xed, 0, 5]), Buffer.from(kind), Buffer.from('t'), text(last)]);
}

function byte(value: number): Buffer {
  return Buffer.from([value]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
