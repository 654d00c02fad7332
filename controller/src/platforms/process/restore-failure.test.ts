import { describe, expect, it } from 'vitest';
import { restoreFailure, rootCause } from './restore-failure.ts';

/** As Flink 2.3 shows them, frames shortened. */
const setUp = (cause: string): string =>
  [
    `java.util.concurrent.CompletionException: java.util.concurrent.CompletionException: ${cause}`,
    '\tat org.apache.flink.util.concurrent.FutureUtils.lambda$switchExecutor$24(FutureUtils.java:1335)',
    `Caused by: java.util.concurrent.CompletionException: ${cause}`,
    '\t... 3 more',
    `Caused by: ${cause}`,
    '\tat java.base/java.io.DataInputStream.readInt(DataInputStream.java:393)',
    '\tat org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata(Checkpoints.java:99)',
    '\tat org.apache.flink.runtime.checkpoint.Checkpoints.loadAndValidateCheckpoint(Checkpoints.java:130)',
  ].join('\n');

const inTask = (cause: string): string =>
  [
    'java.lang.Exception: Exception while creating StreamOperatorStateContext.',
    'Caused by: org.apache.flink.util.FlinkException: Could not restore operator state backend for SourceOperator_86f3_(1/2) from any of the 1 provided restore options.',
    '\t... 12 more',
    'Caused by: org.apache.flink.runtime.state.BackendBuildingException: Failed when trying to restore operator state backend',
    '\t... 14 more',
    `Caused by: ${cause}`,
    '\t... 18 more',
    '',
  ].join('\n');

describe('restoreFailure', () => {
  it.each([
    "java.io.FileNotFoundException: Cannot find meta data file '_metadata' in directory '/c/chk-1'.",
    "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '/c/chk-2' on file system 'file'.",
    'java.io.EOFException',
    'java.io.IOException: Unexpected magic number. (3) The savepoint file has been corrupted.',
  ])('knows metadata that can not be read: %s', (cause) => {
    expect(restoreFailure([setUp(cause)])).toBe(cause);
  });

  it('knows a state file that is gone', () => {
    const cause = 'java.io.FileNotFoundException: /c/chk-5/e0c9 (No such file or directory)';
    expect(restoreFailure(['java.lang.RuntimeException: other', inTask(cause)])).toBe(cause);
  });

  it('blames no point for storage that does not answer', () => {
    expect(restoreFailure([inTask('java.net.ConnectException: Connection refused')])).toBeNull();
    expect(restoreFailure([setUp('java.net.SocketTimeoutException: Read timed out')])).toBeNull();
  });

  it('blames no point for failures of the job', () => {
    const own =
      'java.lang.IllegalStateException: balance is negative\n\tat dev.drey.topup.count.CountTopUps.go(C.java:9)';
    expect(restoreFailure([own])).toBeNull();
    expect(restoreFailure([])).toBeNull();
  });
});

it('finds the last cause', () => {
  expect(rootCause('a: b\n\tat x\nCaused by: c: d\n\t... 3 more\n')).toBe('c: d');
});
