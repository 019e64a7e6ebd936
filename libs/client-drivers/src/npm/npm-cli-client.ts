import type { CommandResult } from '../sandbox/command-result.js';
import { BaseNpmClient, limitOf, publishFlags } from './base-npm-client.js';
import type { Credentials, PublishOptions } from './npm-client.js';

/** npm 6, 11 and 12. */
export class NpmCliClient extends BaseNpmClient {
  loginLegacy({ username, password }: Credentials): Promise<CommandResult> {
    // From a pipe npm reads the first line and loses the rest with it: only a terminal works reliably.
    return this.execute(['login', '--auth-type=legacy'], {
      answers: [
        { question: /username:/i, text: username },
        { question: /password:/i, text: password },
      ],
    });
  }

  publish(projectDirectory: string, options: PublishOptions = {}): Promise<CommandResult> {
    return this.execute(['publish', ...publishFlags(options)], { cwd: projectDirectory, ...limitOf(options) });
  }

  installFrozen(projectDirectory: string): Promise<CommandResult> {
    return this.run(['ci'], projectDirectory);
  }
}
