import { busConfig, databaseConfig, hostConfig, secret, storeConfig, together } from '@waybill/config';
import { z } from 'zod';
import { leakReportConfig } from './leaks/leak-report.config.js';
import { groupMappingsConfig } from './group-mappings/group-mappings.config.js';
import { ldapConfig } from './directories/ldap.config.js';
import { tokenExchangeConfig } from './token-exchange/token-exchange.config.js';
import { tokenCareConfig } from './token-care/token-care.config.js';
import { oidcIssuersConfig } from './oidc-issuers/oidc-issuers.config.js';
import { singleSignOnConfig } from './single-sign-on/single-sign-on.config.js';

const variables = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  ...leakReportConfig,
  ...tokenCareConfig,
  WAYBILL_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('The address that clients use: what ID tokens of CIs have to be for.'),
  WAYBILL_AUTH_KEY_SECRET: secret(
    'At least 32 random characters; seals the secrets of second factors. Who loses it has people set theirs up again.',
  ),
  WAYBILL_REGISTRATION: z
    .enum(['closed', 'invited', 'open'])
    .default('invited')
    .describe(
      'Who may make an account: nobody but administrators for them, whoever was invited by e-mail, or everybody.',
    ),
  WAYBILL_REGISTRATIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe('Accounts that are made from one address within an hour, tries included.'),
  WAYBILL_PASSWORD_COST: z.coerce
    .number()
    .int()
    .min(4)
    .max(16)
    .default(12)
    .describe('Cost of bcrypt, as a power of two. Stored passwords follow at their next login.'),
  WAYBILL_PASSWORD_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'How many passwords are hashed at the same time, each in a thread of the lowest priority; without it one fewer than there are cores, at least 1 and at most 8.',
    ),
  WAYBILL_PASSWORD_QUEUE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('How many passwords may wait to be hashed; more are told to come back.'),
  WAYBILL_LOGIN_WINDOW_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(15)
    .describe('Minutes for which a failed login counts.'),
  WAYBILL_LOGIN_FAILURES_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Failed logins from one address, for all usernames, within the window.'),
  WAYBILL_LOGIN_FAILURES_PER_USERNAME: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Failed logins for one username from one address within the window.'),
  WAYBILL_TOKEN_DEFAULT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe('Days until a token expires when its creator names no date.'),
  WAYBILL_TOKEN_MAX_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(365)
    .describe('The longest life of a token, in days.'),
  WAYBILL_SESSION_MAX_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(8760)
    .default(168)
    .describe('Hours after which a browser session ends, however much it is used.'),
  WAYBILL_SESSION_IDLE_MINUTES: z.coerce
    .number()
    .int()
    .min(5)
    .max(525_600)
    .default(720)
    .describe('Minutes without a request after which a browser session ends.'),
  ...singleSignOnConfig,
  ...ldapConfig,
  ...groupMappingsConfig,
  ...oidcIssuersConfig,
  ...tokenExchangeConfig,
  WAYBILL_ORGANIZATION_CREATION: z
    .enum(['admins', 'everybody'])
    .default('admins')
    .describe('Who may found organizations: administrators of the installation, or everybody who is signed in.'),
});

/** What of a provider or a directory only works together. */
export const authConfig = together(variables, {
  WAYBILL_SIGN_ON_ISSUER: ['WAYBILL_SIGN_ON_CLIENT_ID'],
  WAYBILL_SIGN_ON_CLIENT_ID: ['WAYBILL_SIGN_ON_ISSUER'],
  WAYBILL_SIGN_ON_CLIENT_SECRET: ['WAYBILL_SIGN_ON_ISSUER'],
  WAYBILL_LDAP_URL: ['WAYBILL_LDAP_USER_BASE'],
  WAYBILL_LDAP_USER_BASE: ['WAYBILL_LDAP_URL'],
  WAYBILL_LDAP_GROUP_BASE: ['WAYBILL_LDAP_URL'],
  WAYBILL_LDAP_CA_FILE: ['WAYBILL_LDAP_URL'],
  WAYBILL_LDAP_BIND_DN: ['WAYBILL_LDAP_URL', 'WAYBILL_LDAP_BIND_PASSWORD'],
  WAYBILL_LDAP_BIND_PASSWORD: ['WAYBILL_LDAP_BIND_DN'],
});

export type AuthConfig = z.infer<typeof authConfig>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
