import { fileProblem, readTextFile } from '../../io/text-file.ts';
import type { DreyConfig } from '../../resources/config/config.ts';
import { DreyError } from '../../resources/errors.ts';
import type { Token } from '../../server/access.ts';

const GOOD = /^[\x21-\x7e]{16,512}$/;

/** Reads the tokens' files. Throws `DREY-TOKEN-UNUSABLE`; no message holds a part of a token. */
export function readTokens(tokens: DreyConfig['api']['tokens']): Promise<readonly Token[]> {
  return Promise.all(
    tokens.map(async ({ file, role }) => {
      const text = await readTextFile(file).catch((error: unknown) => {
        throw new DreyError('DREY-TOKEN-UNUSABLE', `${file}: ${fileProblem(error)}`, { cause: error });
      });
      const token = text.trim();
      if (GOOD.test(token)) return { token, role };
      throw new DreyError('DREY-TOKEN-UNUSABLE', `${file}: holds no token of 16 to 512 printable characters`);
    }),
  );
}
