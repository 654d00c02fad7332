import { describe, expect, it } from 'vitest';
import { flinkMetadata } from '../fakes/flink-metadata.ts';
import { CorruptError } from './byte-reader.ts';
import { readMetadata } from './metadata.ts';

const files = [
  { path: 'file:/checkpoints/shared/1', bytes: 10 },
  { path: 'data-1', bytes: 20, relative: true },
];

describe('readMetadata', () => {
  it('finds every file that it names', () => {
    expect(readMetadata(flinkMetadata({ checkpointId: 29, files }))).toEqual({
      checkpointId: 29,
      kind: 'checkpoint',
      files: [
        { path: 'file:/checkpoints/shared/1', bytes: 10, relative: false },
        { path: 'data-1', bytes: 20, relative: true },
      ],
    });
    expect(readMetadata(flinkMetadata({ checkpointId: 1, savepoint: true })).kind).toBe('savepoint');
  });

  it('refuses it cut off at any byte', () => {
    const whole = flinkMetadata({ checkpointId: 29, files });
    const accepted = [...whole.keys()].filter((length) => {
      try {
        readMetadata(whole.subarray(0, length));
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptError);
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  it('refuses what is no metadata, and what has unknown handles', () => {
    expect(() => readMetadata(Buffer.from('hello, world, hello'))).toThrow('not a Flink metadata file');
    const strange = flinkMetadata({ checkpointId: 29 });
    strange[strange.indexOf(Buffer.from('inline')) - 3] = 99;
    expect(() => readMetadata(strange)).toThrow('unknown stream handle 99');
  });

  it('reads the header alone of a version that it does not know', () => {
    const future = flinkMetadata({ checkpointId: 29, files });
    future.writeInt32BE(7, 4);
    expect(readMetadata(future)).toEqual({ checkpointId: 29, kind: 'checkpoint', files: null });
  });
});
