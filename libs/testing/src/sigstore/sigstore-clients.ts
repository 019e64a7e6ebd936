import type { SigstoreAccess } from './sigstore.js';
import { tufHost } from './tuf-repository.js';

/** Where a client keeps things, relative to one directory of its own. */
export interface ClientPlaces {
  /** The directory, in the form in which variables may name it. */
  readonly directory: string;
  /** npm's `cache`; `npm audit signatures` starts from there. */
  readonly npmCache: string;
  /** `$XDG_DATA_HOME`; `npm publish` starts from there, as Sigstore's own client does. */
  readonly xdgData: string;
}

export interface ClientSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** By their path in its directory. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * With what real clients (npm, pnpm) ask that Sigstore instead of the public one, and believe it: through its proxy, by a certificate,
 * and by a start of their TUF clients in their caches. The proxy refuses every other host, so that nothing leaves the machine.
 */
export function sigstoreClientSettings(
  { url, certificate, tufRoot }: SigstoreAccess,
  { directory, npmCache, xdgData }: ClientPlaces,
): ClientSettings {
  const certificateFile = 'internet.pem';
  return {
    environment: {
      HTTPS_PROXY: url,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_EXTRA_CA_CERTS: `${directory}/${certificateFile}`,
      // The TUF client of npm 12 uses Node's own fetch, which heeds a proxy only when it is told to.
      NODE_USE_ENV_PROXY: '1',
    },
    files: {
      [certificateFile]: certificate,
      [`${npmCache}/_tuf/${tufHost}/root.json`]: tufRoot,
      [`${xdgData}/sigstore-js/${tufHost}/root.json`]: tufRoot,
    },
  };
}
