import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from '../sandbox/command-result.js';
import { BaseNpmClient, limitOf, publishFlags } from './base-npm-client.js';
import type { Credentials, DistTag, PublishOptions, RegistrySettings } from './npm-client.js';
import { yarnrcText } from './yarnrc.js';

/** Yarn 4. Its commands need a project, and publishing needs an installed one. */
export class YarnBerryClient extends BaseNpmClient {
  override async configure(settings: RegistrySettings): Promise<void> {
    this.settings = settings;
    await rm(join(this.box.home, '.yarnrc.yml'), { force: true });
    await this.box.writeFile('home/.yarnrc.yml', yarnrcText(settings));
  }

  loginLegacy({ username, password }: Credentials): Promise<CommandResult> {
    const scope = this.settings?.scope;
    const args = ['npm', 'login', ...(scope === undefined ? [] : ['--scope', scope.replace(/^@/, '')])];
    return this.execute(args, {
      answers: [
        { question: /username:/i, text: username },
        { question: /password:/i, text: password },
      ],
    });
  }

  override whoami(): Promise<CommandResult> {
    const scope = this.settings?.scope;
    return this.run(['npm', 'whoami', ...(scope === undefined ? [] : ['--scope', scope.replace(/^@/, '')])]);
  }

  async publish(projectDirectory: string, options: PublishOptions = {}): Promise<CommandResult> {
    const installed = await this.install(projectDirectory);
    if (installed.exitCode !== 0) return installed;
    const tolerate = options.tolerateExisting === true ? ['--tolerate-republish'] : [];
    const args = ['npm', 'publish', ...tolerate, ...publishFlags(options)];
    return this.execute(args, { cwd: projectDirectory, ...limitOf(options) });
  }

  installFrozen(projectDirectory: string): Promise<CommandResult> {
    return this.run(['install', '--immutable'], projectDirectory);
  }

  override update(projectDirectory: string, name: string): Promise<CommandResult> {
    // Without --recursive `up` goes beyond the range, to `latest`.
    return this.run(['up', '--recursive', name], projectDirectory);
  }

  override distTagAdd({ name, version, tag }: DistTag): Promise<CommandResult> {
    return this.run(['npm', 'tag', 'add', `${name}@${version}`, tag]);
  }

  override distTagList(name: string): Promise<CommandResult> {
    return this.run(['npm', 'tag', 'list', name]);
  }

  override distTagRemove(name: string, tag: string): Promise<CommandResult> {
    return this.run(['npm', 'tag', 'remove', name, tag]);
  }

  override view(spec: string): Promise<CommandResult> {
    return this.run(['npm', 'info', spec, '--json']);
  }

  override evaluate(projectDirectory: string, javascript: string): Promise<CommandResult> {
    return this.run(['node', '-e', javascript], projectDirectory);
  }

  override async run(args: readonly string[], cwd = this.box.work): Promise<CommandResult> {
    // An empty lock file marks the root of a project; a folder above could have one.
    await writeFile(join(cwd, 'yarn.lock'), '', { flag: 'a' });
    return super.run(args, cwd);
  }
}
