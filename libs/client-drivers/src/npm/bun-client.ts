import type { CommandResult } from '../sandbox/command-result.js';
import { BaseNpmClient, limitOf, publishFlags } from './base-npm-client.js';
import type { PublishOptions } from './npm-client.js';

/** bun 1: has neither login nor dist-tags. */
export class BunClient extends BaseNpmClient {
  loginLegacy(): Promise<CommandResult> {
    throw this.unsupported('log in');
  }

  override whoami(): Promise<CommandResult> {
    return this.run(['pm', 'whoami']);
  }

  publish(projectDirectory: string, options: PublishOptions = {}): Promise<CommandResult> {
    const tolerate = options.tolerateExisting === true ? ['--tolerate-republish'] : [];
    const args = ['publish', ...tolerate, ...publishFlags(options)];
    return this.execute(args, { cwd: projectDirectory, ...limitOf(options) });
  }

  installFrozen(projectDirectory: string): Promise<CommandResult> {
    return this.run(['install', '--frozen-lockfile'], projectDirectory);
  }

  override distTagAdd(): Promise<CommandResult> {
    throw this.unsupported('add dist-tags');
  }

  override distTagList(): Promise<CommandResult> {
    throw this.unsupported('list dist-tags');
  }

  override distTagRemove(): Promise<CommandResult> {
    throw this.unsupported('remove dist-tags');
  }

  override view(spec: string): Promise<CommandResult> {
    return this.run(['info', spec, '--json']);
  }

  override pack(projectDirectory: string): Promise<CommandResult> {
    return this.run(['pm', 'pack'], projectDirectory);
  }
}
