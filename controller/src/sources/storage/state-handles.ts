import { type ByteReader, CorruptError } from './byte-reader.ts';

/** A file that holds state, as `_metadata` names it, and how many bytes of it must be there. */
export interface NamedFile {
  /** A Flink path (`file:/…`), or relative to the folder of the `_metadata`. */
  readonly path: string;
  readonly relative: boolean;
  readonly bytes: number;
}

type Sink = (file: NamedFile) => void;

/** Type bytes of Flink's `MetadataV2V3SerializerBase`. */
const NULL = 0;
const BYTES = 1;
const FILE = 2;
const KEY_GROUPS = 3;
const OPERATOR = 4;
const INCREMENTAL = 5;
const RELATIVE_FILE = 6;
const SAVEPOINT_KEY_GROUPS = 7;
const CHANGELOG = 8;
const CHANGELOG_BYTES = 9;
const CHANGELOG_FILES = 10;
const INCREMENTAL_V2 = 11;
const KEY_GROUPS_V2 = 12;
const CHANGELOG_FILES_V2 = 13;
const CHANGELOG_V2 = 14;
const SEGMENT = 15;
const EMPTY_SEGMENT = 16;
const SEGMENT_OPERATOR = 17;

function repeat(count: number, read: () => void): void {
  for (let i = 0; i < count; i += 1) read();
}

function keyGroupOffsets(from: ByteReader): void {
  from.int();
  repeat(from.count(), () => from.long());
}

/** A stream of state: a file, a part of one, or bytes inside the metadata. */
export function streamHandle(from: ByteReader, sink: Sink): void {
  const type = from.byte();
  switch (type) {
    case NULL:
    case EMPTY_SEGMENT:
      return;
    case BYTES:
      from.text();
      from.skip(from.count());
      return;
    case FILE: {
      const bytes = from.long();
      return sink({ path: from.text(), relative: false, bytes });
    }
    case RELATIVE_FILE: {
      const path = from.text();
      return sink({ path, relative: true, bytes: from.long() });
    }
    case KEY_GROUPS:
      keyGroupOffsets(from);
      return streamHandle(from, sink);
    case SEGMENT: {
      const bytes = from.long() + from.long();
      from.int();
      sink({ path: from.text(), relative: false, bytes });
      from.text();
      return;
    }
    default:
      throw new CorruptError(`unknown stream handle ${type}`);
  }
}

/** Managed or raw operator state of one subtask. */
export function operatorHandle(from: ByteReader, sink: Sink): void {
  const type = from.byte();
  if (type === NULL) return;
  if (type !== OPERATOR && type !== SEGMENT_OPERATOR) throw new CorruptError(`unknown operator state handle ${type}`);
  repeat(from.count(), () => {
    from.text();
    from.byte();
    repeat(from.count(), () => from.long());
  });
  if (type === SEGMENT_OPERATOR) {
    from.text();
    from.text();
    from.byte();
  }
  streamHandle(from, sink);
}

/** Keyed state of one subtask. */
export function keyedHandle(from: ByteReader, sink: Sink): void {
  const type = from.byte();
  switch (type) {
    case NULL:
      return;
    case KEY_GROUPS:
    case KEY_GROUPS_V2:
    case SAVEPOINT_KEY_GROUPS:
      keyGroupOffsets(from);
      streamHandle(from, sink);
      if (type === KEY_GROUPS_V2) from.text();
      return;
    case INCREMENTAL:
    case INCREMENTAL_V2:
      return incremental(from, sink, type === INCREMENTAL_V2);
    case CHANGELOG:
    case CHANGELOG_V2:
      return changelog(from, sink, type === CHANGELOG_V2);
    case CHANGELOG_BYTES:
      return changelogBytes(from);
    case CHANGELOG_FILES:
    case CHANGELOG_FILES_V2:
      return changelogFiles(from, sink, type === CHANGELOG_FILES_V2);
    default:
      throw new CorruptError(`unknown keyed state handle ${type}`);
  }
}

function incremental(from: ByteReader, sink: Sink, second: boolean): void {
  from.long();
  from.text();
  from.skip(second ? 16 : 8);
  streamHandle(from, sink);
  // Shared files, then private ones.
  repeat(2, () =>
    repeat(from.count(), () => {
      from.text();
      streamHandle(from, sink);
    }),
  );
  if (second) from.text();
}

function changelog(from: ByteReader, sink: Sink, second: boolean): void {
  from.skip(16);
  repeat(2, () => repeat(from.count(), () => keyedHandle(from, sink)));
  from.skip(second ? 16 : 8);
  from.text();
}

function changelogBytes(from: ByteReader): void {
  from.skip(24);
  repeat(from.count(), () => {
    from.int();
    from.skip(from.count());
  });
  from.text();
}

function changelogFiles(from: ByteReader, sink: Sink, second: boolean): void {
  from.skip(8);
  repeat(from.count(), () => {
    from.long();
    streamHandle(from, sink);
  });
  from.skip(16);
  from.text();
  if (second) from.text();
}

/** Records in flight of an unaligned checkpoint. `input`: input channels, else result subpartitions. */
export function channelHandle(from: ByteReader, sink: Sink, merged: boolean): void {
  // Version 6 writes a type first: 1 and 2 are single channels, 3 and 4 merged ones.
  const type = merged ? from.byte() : 1;
  if (type < 1 || type > 4) throw new CorruptError(`unknown channel state handle ${type}`);
  if (type > 2) {
    from.skip(12);
    streamHandle(from, sink);
    from.skip(from.count());
    return;
  }
  from.skip(12);
  repeat(from.count(), () => from.long());
  from.long();
  streamHandle(from, sink);
}
