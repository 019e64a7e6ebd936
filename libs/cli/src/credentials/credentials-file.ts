import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

const stored = z.object({
  /** The installation that commands are for which name none. */
  current: z.string().optional(),
  installations: z.record(z.string(), z.object({ token: z.string(), username: z.string() })),
});
export type StoredCredentials = z.infer<typeof stored>;

/** What `waybill login` keeps: one file that nobody else on the machine may read. */
export class CredentialsFile {
  readonly #path: string;

  constructor(private readonly configDir: string) {
    this.#path = join(configDir, 'credentials.json');
  }

  async read(): Promise<StoredCredentials> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return { installations: {} };
      throw error;
    }
    try {
      return stored.parse(JSON.parse(text));
    } catch {
      throw new CliError(`${this.#path} is damaged: remove it and sign in again.`, exitCodes.failure);
    }
  }

  async write(credentials: StoredCredentials): Promise<void> {
    await mkdir(this.configDir, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    await chmod(this.#path, 0o600);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
