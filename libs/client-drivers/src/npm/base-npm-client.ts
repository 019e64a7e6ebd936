import { rm } from 'node:fs/promises';
import { DomainError } from '@waybill/domain';
import type { CommandResult } from '../sandbox/command-result.js';
import type { RunOptions, Sandbox } from '../sandbox/sandbox.js';
import type { Answer } from '../sandbox/terminal.js';
import type { NpmClientTool } from '../tools/npm-tools.js';
import { lockFileIntegrities } from './lock-files.js';
import type { Credentials, DistTag, NpmClient, PublishOptions, RegistrySettings } from './npm-client.js';
import { npmrcText } from './npmrc.js';

// Followed by white space: the address is whole.
const shownAddress = /https?:\/\/\S+\/login\/\S+(?=\s)/;

/** What all npm clients have in common; a client states where its commands differ. */
export abstract class BaseNpmClient implements NpmClient {
  readonly tool: NpmClientTool;
  readonly box: Sandbox;
  protected settings: RegistrySettings | undefined;

  constructor(tool: NpmClientTool, box: Sandbox) {
    this.tool = tool;
    this.box = box;
  }

  abstract loginLegacy(credentials: Credentials): Promise<CommandResult>;
  abstract publish(projectDirectory: string, options?: PublishOptions): Promise<CommandResult>;
  abstract installFrozen(projectDirectory: string): Promise<CommandResult>;

  async configure(settings: RegistrySettings): Promise<void> {
    this.settings = settings;
    // What an earlier login left, apart from .npmrc.
    await rm(`${this.box.home}/.config/pnpm`, { recursive: true, force: true });
    await this.box.writeFile('home/.npmrc', npmrcText(settings));
  }

  loginWeb(open: (url: string) => Promise<void>): Promise<CommandResult> {
    const command = this.tool.capabilities.loginWeb;
    if (command === undefined) throw this.unsupported('log in through the browser');
    const { args, declines } = command;
    const reaction = { when: shownAddress, act: (match: RegExpExecArray) => open(match[0]) };
    return this.execute(args, {
      reaction,
      environment: { BROWSER: '/bin/true' },
      ...(declines === undefined ? {} : { answers: [{ question: declines, text: 'n' }] }),
    });
  }

  whoami(): Promise<CommandResult> {
    return this.run(['whoami']);
  }

  install(projectDirectory: string): Promise<CommandResult> {
    return this.run(['install'], projectDirectory);
  }

  add(projectDirectory: string, spec: string): Promise<CommandResult> {
    return this.run(['add', spec], projectDirectory);
  }

  update(projectDirectory: string, name: string): Promise<CommandResult> {
    return this.run(['update', name], projectDirectory);
  }

  distTagAdd({ name, version, tag }: DistTag): Promise<CommandResult> {
    return this.run(['dist-tag', 'add', `${name}@${version}`, tag]);
  }

  distTagList(name: string): Promise<CommandResult> {
    return this.run(['dist-tag', 'ls', name]);
  }

  distTagRemove(name: string, tag: string): Promise<CommandResult> {
    return this.run(['dist-tag', 'rm', name, tag]);
  }

  view(spec: string): Promise<CommandResult> {
    return this.run(['view', spec, '--json']);
  }

  pack(projectDirectory: string): Promise<CommandResult> {
    return this.run(['pack'], projectDirectory);
  }

  evaluate(projectDirectory: string, javascript: string): Promise<CommandResult> {
    return this.box.run('node', ['-e', javascript], { cwd: projectDirectory });
  }

  run(args: readonly string[], cwd?: string): Promise<CommandResult> {
    return this.execute(args, cwd === undefined ? {} : { cwd });
  }

  converse(args: readonly string[], answers: readonly Answer[]): Promise<CommandResult> {
    return this.execute(args, { answers });
  }

  lockFileIntegrities(projectDirectory: string): Promise<Map<string, string | undefined>> {
    return lockFileIntegrities(projectDirectory, this.tool.capabilities.lockFile);
  }

  async dispose(): Promise<void> {
    await this.box.dispose();
  }

  protected execute(args: readonly string[], options: RunOptions): Promise<CommandResult> {
    return this.box.run(this.tool.command, args, options);
  }

  protected unsupported(what: string): DomainError {
    return new DomainError('invalid', 'client.unsupported', `${this.tool.id} cannot ${what}.`);
  }
}

export function publishFlags({ tag, access }: PublishOptions): string[] {
  return [...(tag === undefined ? [] : ['--tag', tag]), ...(access === undefined ? [] : ['--access', access])];
}

/** The limit of a call, for `execute`. */
export function limitOf(options: PublishOptions): { timeoutMs?: number } {
  return options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
}

export function emailOf(credentials: Credentials): string {
  return credentials.email ?? `${credentials.username}@example.org`;
}
