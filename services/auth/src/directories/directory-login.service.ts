import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import { PasswordDirectory } from './password-directory.js';

/** Signs people in with passwords of the directory. */
@Injectable()
export class DirectoryLogin {
  constructor(
    private readonly directory: PasswordDirectory,
    private readonly accounts: ExternalAccounts,
    private readonly changes: CredentialChanges,
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
  }): Promise<UserId | undefined> {
    const identity = await this.directory.prove(username, password);
    if (identity === undefined) return undefined;
    return (await this.changes.run((manager) => this.accounts.signIn(manager, identity, clientAddress))).userId;
  }
}
