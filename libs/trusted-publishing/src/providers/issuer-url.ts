/** How long an issuer's URL may be. */
const maxIssuerLength = 400;

/** Hosts whose issuer is one provider's alone. Nobody can register them as another kind, whose rules would be weaker. */
const hostsOfProviders =
  /^(token\.actions\.githubusercontent\.com|token\.actions\.[a-z0-9-]+\.ghe\.com|gitlab\.com|oidc\.circleci\.com|agent\.buildkite\.com|api\.bitbucket\.org|oidc\.codefresh\.io|accounts\.google\.com|vstoken\.dev\.azure\.com)$/;

/**
 * The URL of an issuer that can be one: HTTPS, no user, no query, no fragment (OpenID Connect Discovery §3), in the spelling
 * of URL parsers, so that two spellings are not two issuers. On the loopback also HTTP: nobody but this machine is there.
 */
function parseIssuer(configured: string): URL | undefined {
  if (configured.length > maxIssuerLength || /[?#\s]/.test(configured) || !URL.canParse(configured)) return undefined;
  const url = new URL(configured);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  // Bitbucket writes braces around ids, which parsers encode.
  const spellings = [url.href, url.href.replaceAll('%7B', '{').replaceAll('%7D', '}')].map(withoutSlash);
  return spellings.includes(withoutSlash(configured)) ? url : undefined;
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '');
}

function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/**
 * The issuer, if its host and its path (without a slash at the end) are as the provider has them. On the loopback any host is: a
 * test stands in for every provider there, and what goes out from Waybill does not reach it unless it was told to.
 */
export function issuerAt(configured: string, host: RegExp, path: RegExp): string | undefined {
  const url = parseIssuer(configured);
  if (url === undefined || !(isLoopback(url) || host.test(url.host))) return undefined;
  return path.test(decodeURI(withoutSlash(url.pathname))) ? withoutSlash(configured) : undefined;
}

/** The issuer of a server that people run themselves, at any address that is no provider's own and ends in `path`. */
export function selfManagedIssuer(configured: string, path = ''): string | undefined {
  const issuer = withoutSlash(anyIssuer(configured) ?? '');
  return issuer !== '' && issuer.endsWith(path) ? issuer : undefined;
}

/** As it is configured: some issuers end in a slash, which is then part of their name. */
export function anyIssuer(configured: string): string | undefined {
  const url = parseIssuer(configured);
  return url === undefined || hostsOfProviders.test(url.host) ? undefined : configured;
}
