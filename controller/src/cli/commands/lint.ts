import { type Finding, formatPath, inOrder } from '../../resources/check/finding.ts';
import { DreyError, exitCodeOf, formatError } from '../../resources/errors.ts';
import { findDuplicates, loadDocuments, type LoadedFile, readFileOrFail } from '../load/load.ts';
import { renderFindings } from '../render/findings.ts';
import type { Terminal } from '../terminal.ts';

/** `drey lint FILE…`: 0 fine, 1 findings, 2 a file that can't be opened; then the others are checked all the same. */
export async function lintCommand(files: readonly string[], terminal: Terminal, json: boolean): Promise<number> {
  const loaded: LoadedFile[] = [];
  const unreadable: DreyError[] = [];
  for (const file of files) {
    try {
      loaded.push(loadDocuments(await readFileOrFail(file), file));
    } catch (error) {
      if (!(error instanceof DreyError)) throw error;
      unreadable.push(error);
    }
  }
  const resources = loaded.flatMap((it) => it.resources);
  const findings = inOrder([...loaded.flatMap((it) => it.findings), ...findDuplicates(resources)]);
  for (const error of unreadable) terminal.err(`${formatError(error)}\n`);
  terminal.out(json ? renderJson(findings) : renderFindings(findings));
  const [first] = unreadable;
  if (first !== undefined) return exitCodeOf(first);
  if (findings.length > 0) return 1;
  terminal.err(`${counted(resources.length, 'document')} in ${counted(files.length, 'file')}: nothing found\n`);
  return 0;
}

function renderJson(findings: readonly Finding[]): string {
  const rows = findings.map(({ file, line, column, path, expected, found, suggestion }) => {
    return { file, line, column, path: formatPath(path), expected, found, suggestion };
  });
  return `${JSON.stringify({ findings: rows }, null, 2)}\n`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
