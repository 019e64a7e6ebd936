import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { ExternalIdentitiesModule } from '../external-identities/external-identities.module.js';
import { causeOf } from '../external-identities/failure-cause.rules.js';
import { DirectoryLogin } from './directory-login.service.js';
import { LdapDirectory } from './ldap-directory.js';
import { NoDirectory, PasswordDirectory } from './password-directory.js';

@Module({
  imports: [CredentialChangesModule, ExternalIdentitiesModule],
  providers: [DirectoryLogin, { provide: PasswordDirectory, inject: [SERVICE_CONFIG], useFactory: directoryOf }],
  exports: [DirectoryLogin],
})
export class DirectoriesModule {}

function directoryOf(config: AuthConfig): PasswordDirectory {
  const url = config.WAYBILL_LDAP_URL;
  if (url === undefined) return new NoDirectory();
  const { WAYBILL_LDAP_BIND_DN: dn, WAYBILL_LDAP_BIND_PASSWORD: password, WAYBILL_LDAP_CA_FILE: caFile } = config;
  return new LdapDirectory({
    url,
    startTls: config.WAYBILL_LDAP_STARTTLS,
    ca: caFile === undefined ? undefined : authorityIn(caFile),
    bind: dn === undefined ? undefined : { dn, password: password?.reveal() ?? '' },
    userBase: config.WAYBILL_LDAP_USER_BASE,
    userFilter: config.WAYBILL_LDAP_USER_FILTER,
    idAttribute: config.WAYBILL_LDAP_ID_ATTRIBUTE,
    groupBase: config.WAYBILL_LDAP_GROUP_BASE,
    groupFilter: config.WAYBILL_LDAP_GROUP_FILTER,
  });
}

function authorityIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `WAYBILL_LDAP_CA_FILE: the file cannot be read (${causeOf(cause)}).`;
    throw new DomainError('invalid', 'config.invalid', message, { cause });
  }
}
