import type { CommandResult } from '../sandbox/command-result.js';
import { BaseNpmClient, emailOf, limitOf, publishFlags } from './base-npm-client.js';
import type { Credentials, PublishOptions } from './npm-client.js';

/** pnpm 10, which calls npm for what writes to the registry, and pnpm 12, which speaks for itself. */
export class PnpmClient extends BaseNpmClient {
  loginLegacy(credentials: Credentials): Promise<CommandResult> {
    const delegated = this.tool.id === 'pnpm-10';
    return this.execute(['login', ...(delegated ? ['--auth-type=legacy'] : [])], {
      answers: [
        { question: /username:/i, text: credentials.username },
        { question: /password:/i, text: credentials.password },
        ...(delegated ? [] : [{ question: /email.*:/i, text: emailOf(credentials) }]),
      ],
    });
  }

  publish(projectDirectory: string, options: PublishOptions = {}): Promise<CommandResult> {
    const args = ['publish', '--no-git-checks', ...publishFlags(options)];
    return this.execute(args, { cwd: projectDirectory, ...limitOf(options) });
  }

  installFrozen(projectDirectory: string): Promise<CommandResult> {
    return this.run(['install', '--frozen-lockfile'], projectDirectory);
  }
}
