import type { CommandResult } from '../sandbox/command-result.js';
import type { Answer } from '../sandbox/terminal.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { NpmClientTool } from '../tools/npm-tools.js';

export interface RegistrySettings {
  /** Base address of the repository, with or without the slash at its end. */
  readonly registryUrl: string;
  readonly token?: string;
  /** With the `@`. Only this scope is asked there then; everything else stays with the client's own default registry. */
  readonly scope?: string;
  /** Send the token for reads of packages without a scope also where the client would not: yarn, for private repositories. */
  readonly alwaysAuth?: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Asked by yarn classic and pnpm; default `<username>@example.org`. */
  readonly email?: string;
  /** What it types when it is asked for a one-time password; npm alone. */
  readonly otp?: string;
}

export interface PublishOptions {
  readonly tag?: string;
  readonly access?: 'public' | 'restricted';
  /** Success when the same version is there; ignored by clients without `capabilities.tolerateExisting`. */
  readonly tolerateExisting?: boolean;
  readonly timeoutMs?: number;
}

export interface DistTag {
  readonly name: string;
  readonly version: string;
  readonly tag: string;
}

/**
 * A real npm client in a sandbox of its own, driven the way its user would. Commands answer how they ended and never
 * throw on a non-zero exit; what the client has no command for (see `tool.capabilities`) throws `client.unsupported`.
 */
export interface NpmClient {
  readonly tool: NpmClientTool;
  readonly box: Sandbox;
  /** Writes the user's configuration file as the documentation tells them to. Replaces an earlier one. */
  configure(settings: RegistrySettings): Promise<void>;
  /** Logs in with user name and password at the configured registry, typing them on a terminal. */
  loginLegacy(credentials: Credentials): Promise<CommandResult>;
  /** Logs in through the browser: `open` is called with the address that the client shows. See `capabilities.loginWeb`. */
  loginWeb(open: (url: string) => Promise<void>): Promise<CommandResult>;
  whoami(): Promise<CommandResult>;
  publish(projectDirectory: string, options?: PublishOptions): Promise<CommandResult>;
  /** Installs what package.json asks for and writes the lock file. */
  install(projectDirectory: string): Promise<CommandResult>;
  /** Installs exactly what the lock file says, or fails (`npm ci`, `--frozen-lockfile`, `--immutable`). */
  installFrozen(projectDirectory: string): Promise<CommandResult>;
  /** `spec` is `name`, `name@version`, `name@tag`. */
  add(projectDirectory: string, spec: string): Promise<CommandResult>;
  /** Moves to the newest version within the range of package.json. */
  update(projectDirectory: string, name: string): Promise<CommandResult>;
  distTagAdd(distTag: DistTag): Promise<CommandResult>;
  distTagList(name: string): Promise<CommandResult>;
  distTagRemove(name: string, tag: string): Promise<CommandResult>;
  /** Asks the registry about a package; JSON, each client's own. */
  view(spec: string): Promise<CommandResult>;
  /** Packs into the project's folder. */
  pack(projectDirectory: string): Promise<CommandResult>;
  /** Runs JavaScript (CommonJS) that sees what is installed, whichever way the client linked it. */
  evaluate(projectDirectory: string, javascript: string): Promise<CommandResult>;
  /** Any other command of the client on a terminal, with what is typed there. */
  converse(args: readonly string[], answers: readonly Answer[]): Promise<CommandResult>;
  /** Any other command of the client, by its own arguments. */
  run(args: readonly string[], cwd?: string): Promise<CommandResult>;
  /** `name@version` → integrity (`sha512-…`) of what the lock file pins; undefined where the client keeps a digest of its own. */
  lockFileIntegrities(projectDirectory: string): Promise<Map<string, string | undefined>>;
  dispose(): Promise<void>;
}
