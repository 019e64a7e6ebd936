import type { CommandResult } from '../sandbox/command-result.js';
import { BaseNpmClient, emailOf, limitOf, publishFlags } from './base-npm-client.js';
import type { Credentials, PublishOptions } from './npm-client.js';

/** npm 6, 11 and 12. */
export class NpmCliClient extends BaseNpmClient {
  loginLegacy(credentials: Credentials): Promise<CommandResult> {
    const { username, password } = credentials;
    // From a pipe npm reads the first line and loses the rest with it: only a terminal works reliably.
    return this.execute(['login', '--auth-type=legacy'], {
      answers: [
        { question: /username:/i, text: username },
        { question: /password:/i, text: password },
        // npm 6 asks for it where it finds no login through the browser.
        ...(this.tool.id === 'npm-6' ? [{ question: /email:/i, text: emailOf(credentials) }] : []),
        ...(credentials.otp === undefined ? [] : [{ question: /enter otp:/i, text: credentials.otp }]),
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
