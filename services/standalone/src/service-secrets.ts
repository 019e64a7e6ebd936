/**
 * Secrets of single services besides their passwords on bus and database: the variable that each reads, and the name of the
 * secret in the installation.
 */
const variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'adapter-npm': { WAYBILL_NPM_KEY_SECRET: 'npm-key' },
  audit: { WAYBILL_AUDIT_KEY_SECRET: 'audit-key' },
  auth: { WAYBILL_AUTH_KEY_SECRET: 'auth-key' },
  notifications: { WAYBILL_NOTIFICATIONS_KEY_SECRET: 'notifications-key' },
};

/** The variables of one service, filled by `secretOf`. */
export function serviceSecrets(service: string, secretOf: (name: string) => string): Record<string, string> {
  const own = Object.entries(variables[service] ?? {});
  return Object.fromEntries(own.map(([variable, name]) => [variable, secretOf(name)]));
}
