const credentialUrl = /:\/\/[^:/\s]*:(?<password>[^@/\s]+)@(?:\[(?<address>[^\]]+)\]|(?<host>[A-Za-z0-9._-]*))/;
// Names and addresses that belong to nobody, or to the reader's own machine (RFC 2606, RFC 6761, RFC 5737).
const reservedHost = /^(?:localhost|127(?:\.\d+){3}|::1|0\.0\.0\.0|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+)$/i;
const reservedName = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/i;
const placeholder = /password|changeme|placeholder|example|redacted|^(?:pass|passwd|pwd|pw|secret|token|x+|\*+|\.+)$/i;

/**
 * Whether a URL with a user and a password is one that documentation shows: it leads to a reserved host, or its password
 * says that it is none. False for everything that is no such URL.
 */
export function isExampleCredential(text: string): boolean {
  const { password, host, address } = credentialUrl.exec(text)?.groups ?? {};
  if (password === undefined) return false;
  const target = address ?? host ?? '';
  return reservedHost.test(target) || reservedName.test(target) || placeholder.test(password);
}
