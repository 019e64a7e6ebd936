import { hostname } from 'node:os';
import envPaths from 'env-paths';

/** What the command line takes from its surroundings. Flags go first, then this, then what `waybill login` stored. */
export interface CliEnvironment {
  /** Address of the installation: WAYBILL_URL. */
  readonly url: string | undefined;
  /** A token to act with: WAYBILL_TOKEN. In CI the only way; never a flag, since every process list shows flags. */
  readonly token: string | undefined;
  /** Folder of the stored credentials: WAYBILL_CONFIG_DIR, or the system's place for settings. */
  readonly configDir: string;
  readonly hostname: string;
  /** The person's home, where clients have their own settings. */
  readonly home: string;
  /** The one that the command was typed in. */
  readonly folder: string;
  /** All variables, by which a job of a CI is told and gets its own identity. */
  readonly job: Readonly<Record<string, string | undefined>>;
}

export function readEnvironment(): CliEnvironment {
  const { WAYBILL_URL: url, WAYBILL_TOKEN: token, WAYBILL_CONFIG_DIR: configDir, HOME, USERPROFILE } = process.env;
  return {
    url: nonEmpty(url),
    token: nonEmpty(token),
    configDir: nonEmpty(configDir) ?? envPaths('waybill', { suffix: '' }).config,
    hostname: hostname(),
    home: HOME ?? USERPROFILE ?? '.',
    folder: process.cwd(),
    job: process.env,
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
