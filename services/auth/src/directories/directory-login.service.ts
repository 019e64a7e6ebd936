import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { KnownAccount } from '../external-identities/external-accounts.service.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import type { ExternalIdentity } from '../external-identities/external-identity.js';
import { causeOf } from '../external-identities/failure-cause.rules.js';
import { PasswordDirectory } from './password-directory.js';

/** Signs people in with passwords of the directory. */
@Injectable()
export class DirectoryLogin {
  constructor(
    private readonly directory: PasswordDirectory,
    private readonly accounts: ExternalAccounts,
    private readonly changes: CredentialChanges,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The account of whom they belong to, made at the first sign-in. Throws what the directory and `ExternalAccounts` throw. */
  async prove({
    username,
    password,
    clientAddress,
  }: {
    readonly username: string;
    readonly password: string;
    readonly clientAddress: string;
  }): Promise<KnownAccount | undefined> {
    const identity = await this.#identityOf(username, password);
    if (identity === undefined) return undefined;
    return this.changes.run((manager) => this.accounts.signIn(manager, identity, clientAddress));
  }

  async #identityOf(username: string, password: string): Promise<ExternalIdentity | undefined> {
    try {
      return await this.directory.prove(username, password);
    } catch (error) {
      // Whoever signs in is told that it did not work; why, is the operator's to know.
      this.log.warn({ cause: causeOf(error) }, 'the directory of people cannot be asked');
      throw error;
    }
  }
}
