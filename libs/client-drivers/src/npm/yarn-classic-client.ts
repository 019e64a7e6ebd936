import type { CommandResult } from '../sandbox/command-result.js';
import type { RunOptions } from '../sandbox/sandbox.js';
import { BaseNpmClient, emailOf, limitOf, publishFlags } from './base-npm-client.js';
import type { Credentials, DistTag, PublishOptions, RegistrySettings } from './npm-client.js';

/**
 * Yarn 1.22. Its `login` only remembers the name; each command that writes asks for the password, logs in, and gives
 * the token back at its end (`DELETE /-/user/token/…`), unless the configuration holds a token.
 */
export class YarnClassicClient extends BaseNpmClient {
  private password: string | undefined;

  override async configure(settings: RegistrySettings): Promise<void> {
    this.password = undefined;
    await super.configure(settings);
  }

  async loginLegacy(credentials: Credentials): Promise<CommandResult> {
    const result = await this.execute(['login'], {
      answers: [
        { question: /npm username:/, text: credentials.username },
        { question: /npm email:/, text: emailOf(credentials) },
      ],
    });
    this.password = credentials.password;
    return result;
  }

  override whoami(): Promise<CommandResult> {
    throw this.unsupported('say who is logged in');
  }

  publish(projectDirectory: string, options: PublishOptions = {}): Promise<CommandResult> {
    return this.write(['publish', ...publishFlags(options)], { cwd: projectDirectory, ...limitOf(options) });
  }

  installFrozen(projectDirectory: string): Promise<CommandResult> {
    return this.run(['install', '--frozen-lockfile'], projectDirectory);
  }

  override update(projectDirectory: string, name: string): Promise<CommandResult> {
    return this.run(['upgrade', name], projectDirectory);
  }

  override distTagAdd({ name, version, tag }: DistTag): Promise<CommandResult> {
    return this.write(['tag', 'add', `${name}@${version}`, tag], {});
  }

  override distTagList(name: string): Promise<CommandResult> {
    return this.run(['tag', 'list', name]);
  }

  override distTagRemove(name: string, tag: string): Promise<CommandResult> {
    return this.write(['tag', 'remove', name, tag], {});
  }

  override view(spec: string): Promise<CommandResult> {
    return this.run(['info', spec, '--json']);
  }

  private write(args: readonly string[], options: RunOptions): Promise<CommandResult> {
    if (this.password === undefined) return this.execute([...args, '--non-interactive'], options);
    // On a terminal it would also ask for a new version, and take an empty answer for the one in package.json.
    const answers = [
      ...(args[0] === 'publish' ? [{ question: /new version:/i, text: '' }] : []),
      { question: /npm password:/i, text: this.password },
    ];
    return this.execute(args, { ...options, answers });
  }
}
