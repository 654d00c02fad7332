import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** A file to send as one part of a multipart form. */
export interface FilePart {
  readonly path: string;
  /** Name of the form field. */
  readonly field: string;
  readonly fileName: string;
  readonly contentType: string;
}

/** The part as a stream: the file is never held in memory. Throws when the file can't be opened. */
export async function multipartBody(
  part: FilePart,
): Promise<{ readonly stream: Readable; readonly headers: Readonly<Record<string, string>> }> {
  const { size } = await stat(part.path);
  const boundary = `drey-${randomUUID()}`;
  const quoted = (text: string): string => text.replace(/["\r\n]/g, '_');
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(part.field)}"; filename="${quoted(part.fileName)}"\r\n` +
      `Content-Type: ${quoted(part.contentType)}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* chunks(): AsyncGenerator<Buffer> {
    yield head;
    for await (const chunk of createReadStream(part.path)) yield chunk as Buffer;
    yield tail;
  }
  return {
    stream: Readable.from(chunks(), { objectMode: false }),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + size + tail.length),
    },
  };
}
