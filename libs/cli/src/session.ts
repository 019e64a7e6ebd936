import { ApiClient } from './api/api-client.js';
import { CliError } from './cli-error.js';
import type { CliEnvironment } from './config.js';
import { CredentialsFile } from './credentials/credentials-file.js';
import { installationUrl } from './credentials/installation-url.js';
import { exitCodes } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** What flags of every command say. */
export interface GlobalFlags {
  readonly url: string | undefined;
  readonly json: boolean;
}

/** One run of the command line: where it writes, which installation it is about, and as whom. */
export class Session {
  readonly credentials: CredentialsFile;

  constructor(
    readonly terminal: Terminal,
    readonly environment: CliEnvironment,
    readonly flags: GlobalFlags,
  ) {
    this.credentials = new CredentialsFile(environment.configDir);
  }

  /** Throws `CliError` `usage` where neither a flag, the environment nor a login says which. */
  async url(): Promise<string> {
    const named = this.flags.url ?? this.environment.url ?? (await this.credentials.read()).current;
    if (named !== undefined) return installationUrl(named);
    throw new CliError('Which installation? Give --url, set WAYBILL_URL, or sign in.', exitCodes.usage, [
      'waybill login https://waybill.example',
    ]);
  }

  /** The token for that installation, from the environment or a login; undefined to act as nobody. */
  async token(url: string): Promise<string | undefined> {
    return this.environment.token ?? (await this.credentials.read()).installations[url]?.token;
  }

  async api(): Promise<ApiClient> {
    const url = await this.url();
    return new ApiClient(url, await this.token(url));
  }
}
