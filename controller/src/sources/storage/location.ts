import { fileURLToPath } from 'node:url';
import { SourceError } from '../../io/errors.ts';

/**
 * The path on this machine of a Flink path (`/x`, `file:/x`, `file:///x`), without a slash at its end.
 * Throws `SourceError` (`refused`) for any other scheme.
 */
export function localPath(flinkPath: string): string {
  const path = flinkPath.startsWith('/') ? flinkPath : fromUri(flinkPath);
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/+$/, '');
}

function fromUri(uri: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1];
  if (scheme !== 'file') throw new SourceError('refused', `storage ${scheme ?? 'without a scheme'} can't be read here`);
  try {
    // Flink does not escape its paths.
    return fileURLToPath(`file://${encodeURI(uri.slice('file:'.length).replace(/^\/+/, '/'))}`);
  } catch {
    throw new SourceError('refused', 'not a path of files');
  }
}

/** The path as Flink writes it into its answers: `file:/x`. */
export function flinkPath(local: string): string {
  return `file:${local}`;
}

/** A text that is equal for two Flink paths of one place. */
export function canonical(path: string): string {
  const plain = path.startsWith('/') ? `file:${path}` : path;
  return plain
    .replace(/^file:\/+/, 'file:/')
    .replace(/(?<!:)\/{2,}/g, '/')
    .replace(/\/+$/, '');
}
