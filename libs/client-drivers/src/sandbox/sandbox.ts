import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { InstalledProgram, InstalledTool } from '../tools/client-tool.js';
import type { CommandResult } from './command-result.js';
import { runtimeDirectory } from './node-runtime.js';
import { runCommand } from './run-command.js';
import type { Answer, Reaction } from './terminal.js';

export interface SandboxOptions {
  /** On PATH in this order, before the system's own folders. Their variables are set. */
  readonly tools: readonly InstalledTool[];
  /** Further variables, e.g. what a CI job would have. `{box}` is replaced as in a tool's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly answers?: readonly Answer[];
  readonly reaction?: Reaction;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Read by npm before the user's own file: only what would leave this machine or is not about the registry. */
const globalNpmrc = 'audit=false\nfund=false\nupdate-notifier=false\n';

/**
 * An empty home for real clients: a folder of its own and an environment made from nothing, so that no configuration,
 * certificate, proxy, cache or credential of the machine takes part.
 */
export class Sandbox {
  /** Absolute. Everything that clients write is below. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.environment = environment;
  }

  static async create(options: SandboxOptions): Promise<Sandbox> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'waybill-box-')));
    for (const name of ['home', 'bin', 'cache', 'tmp', 'work']) await mkdir(join(directory, name));
    await writeFile(join(directory, 'npmrc-global'), globalNpmrc);
    await writePrograms(join(directory, 'bin'), options.tools);
    return new Sandbox(directory, environmentOf(directory, options));
  }

  get home(): string {
    return join(this.directory, 'home');
  }

  /** A folder for projects that has nothing above it that a client would take for a workspace. */
  get work(): string {
    return join(this.directory, 'work');
  }

  /** Writes a file below the sandbox (`home/.npmrc`, `work/app/index.js`), with its folders, and answers its path. */
  async writeFile(path: string, content: string | Uint8Array): Promise<string> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  /** An empty project folder with this package.json. Answers its absolute path. */
  async writeProject(name: string, packageJson: object): Promise<string> {
    return dirname(await this.writeFile(`work/${name}/package.json`, `${JSON.stringify(packageJson, null, 2)}\n`));
  }

  /** Forgets every download, so that the next install must ask the registry again. */
  async clearCaches(): Promise<void> {
    await rm(join(this.directory, 'cache'), { recursive: true, force: true });
    await mkdir(join(this.directory, 'cache'));
  }

  /** Runs a program of the sandbox's PATH. Default folder: `work`. Never throws on how it ended. */
  run(program: string, args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return runCommand(program, args, {
      cwd: options.cwd ?? this.work,
      environment: { ...this.environment, ...options.environment },
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.answers === undefined ? {} : { answers: options.answers }),
      ...(options.reaction === undefined ? {} : { reaction: options.reaction }),
    });
  }

  async dispose(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

function environmentOf(box: string, options: SandboxOptions): Record<string, string> {
  const own = [...options.tools.map((installed) => installed.tool.environment), options.environment ?? {}];
  const extra = Object.assign({}, ...own) as Record<string, string>;
  const filled = Object.entries(extra).map(([name, value]) => [name, value.replaceAll('{box}', box)]);
  return {
    HOME: `${box}/home`,
    PATH: `${box}/bin:${runtimeDirectory()}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TMPDIR: `${box}/tmp`,
    XDG_CACHE_HOME: `${box}/cache/xdg`,
    XDG_CONFIG_HOME: `${box}/home/.config`,
    // pnpm keeps its store here: a download like any other.
    XDG_DATA_HOME: `${box}/cache/xdg-data`,
    XDG_STATE_HOME: `${box}/state`,
    ...(Object.fromEntries(filled) as Record<string, string>),
  };
}

/** One small script for each program: works for Node scripts and binaries alike, also when a client calls another. */
async function writePrograms(bin: string, tools: readonly InstalledTool[]): Promise<void> {
  const written = new Set<string>();
  for (const [name, program] of tools.flatMap((installed) => Object.entries(installed.programs))) {
    if (written.has(name)) continue;
    written.add(name);
    await writeFile(join(bin, name), launcher(program), { mode: 0o755 });
  }
}

function launcher(program: InstalledProgram): string {
  const words = program.runtime === 'node' ? [process.execPath, program.file] : [program.file];
  return `#!/bin/sh\nexec ${words.map((word) => `"${word}"`).join(' ')} "$@"\n`;
}
