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
      // Of pnpm 12, whose client of Sigstore heeds no variable of Node.
      SSL_CERT_FILE: `${directory}/${certificateFile}`,
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

const rootOfPnpm = 'https://tuf-repo-cdn.sigstore.dev{';

/**
 * The program of pnpm 12, which has its start of trust inside of it and no setting for another one: a copy with this one in its place,
 * and everything else as it was. Throws where it has none.
 */
export function withTufRoot(program: Buffer, { tufRoot }: SigstoreAccess): Buffer {
  const found = program.indexOf(rootOfPnpm);
  if (found === -1) throw new Error('The program has no root of Sigstore in it.');
  const start = found + rootOfPnpm.length - 1;
  const end = endOfObject(program, start);
  if (tufRoot.length > end - start) throw new Error('The root is larger than the one in the program.');
  const copy = Buffer.from(program);
  copy.fill(' ', start, end);
  copy.write(tufRoot, start);
  return copy;
}

/** Behind the JSON object that begins there, in whose texts are no braces. */
function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x7b) depth += 1;
    if (byte === 0x7d) depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new Error('The program ends within its root.');
}
