import type { KeyObject } from 'node:crypto';
import type { CertificateAuthority, CertificateOptions } from './certificate-authority.js';
import { makeCertificateAuthority } from './certificate-authority.js';
import type { JobIdentity } from './job-identity.js';
import { jobIdentityOf } from './job-identity.js';
import { startLocalInternet } from './local-internet.js';
import type { SigstoreBundle } from './signed-bundle.js';
import { signBundle } from './signed-bundle.js';
import type { Recording } from './signed-bundle.js';
import { signingConfig, signingHosts, signingRoutes } from './sigstore-services.js';
import type { TimestampAuthority } from './timestamp-authority.js';
import { makeTimestampAuthority } from './timestamp-authority.js';
import type { TransparencyLog } from './transparency-log.js';
import { makeTransparencyLog } from './transparency-log.js';
import type { TileLog } from './tile-log.js';
import { makeTileLog } from './tile-log.js';
import { trustedRootOf } from './trusted-root.js';
import { makeTufRepository, tufHost } from './tuf-repository.js';

export interface SigningOptions {
  readonly certificate?: CertificateOptions;
  /** Who certifies the key, instead of its own authority. */
  readonly authority?: CertificateAuthority;
  /** Which log has it, instead of its own; of the first version of Rekor. */
  readonly log?: TransparencyLog;
  /** Which log of the second version has it; as `hashedrekord`, unless it is said. Then an authority tells the time. */
  readonly tileLog?: TileLog;
  readonly tileLogEntry?: 'hashedrekord' | 'dsse';
  /** Who tells when it was signed. */
  readonly time?: 'log' | 'authority';
  /** The authority, instead of its own. */
  readonly clock?: TimestampAuthority;
  readonly payloadType?: string;
  /** Whom the certificate is for, instead of the job. */
  readonly identity?: JobIdentity;
}

/** A Sigstore of its own: an authority, logs and a clock with keys that were made a moment ago. */
export interface Sigstore {
  readonly clock: TimestampAuthority;
  /** The JSON by which what it confirms is verified. */
  readonly trustedRoot: string;
  readonly authority: CertificateAuthority;
  readonly log: TransparencyLog;
  readonly tileLog: TileLog;
  /** Signs as the job whose ID token it is: a statement, or any bytes. */
  sign(statement: object | Buffer, idToken: string, options?: SigningOptions): Promise<SigstoreBundle>;
}

/** What another process needs to use a running Sigstore: plain data. */
export interface SigstoreAccess {
  /** Its services by plain HTTP, and the proxy through which clients find them where the public ones are. */
  readonly url: string;
  /** In PEM: whoever trusts it finds the proxy's hosts trustworthy. */
  readonly certificate: string;
  /** What clients have to start from to trust it (TUF specification §5.2). */
  readonly tufRoot: string;
}

export interface RunningSigstore extends Sigstore {
  readonly access: SigstoreAccess;
  readonly stop: () => Promise<void>;
}

export async function makeSigstore(): Promise<Sigstore> {
  const authority = await makeCertificateAuthority();
  const log = makeTransparencyLog('rekor.sigstore.dev');
  const tileLog = makeTileLog('log2025-1.rekor.sigstore.dev');
  const clock = await makeTimestampAuthority();
  return {
    trustedRoot: JSON.stringify(trustedRootOf(authority, [log, tileLog], clock)),
    authority,
    log,
    tileLog,
    clock,
    sign: (statement, idToken, options = {}) =>
      signBundle(Buffer.isBuffer(statement) ? statement : Buffer.from(JSON.stringify(statement)), {
        certify: (key: KeyObject) =>
          (options.authority ?? authority).certify(
            key,
            options.identity ?? jobIdentityOf(idToken),
            options.certificate,
          ),
        recording: recordingOf(options, log),
        clock: options.time === 'authority' || options.tileLog !== undefined ? (options.clock ?? clock) : undefined,
        payloadType: options.payloadType,
      }),
  };
}

function recordingOf({ log, tileLog, tileLogEntry }: SigningOptions, own: TransparencyLog): Recording {
  if (tileLog === undefined) return { kind: 'dsse-v1', log: log ?? own };
  return { kind: tileLogEntry === 'dsse' ? 'dsse-v2' : 'hashedrekord-v2', log: tileLog };
}

/** A Sigstore that real clients find where they look for the public one. */
export async function startSigstore(): Promise<RunningSigstore> {
  const sigstore = await makeSigstore();
  const tuf = await makeTufRepository({
    'trusted_root.json': sigstore.trustedRoot,
    'signing_config.v0.2.json': signingConfig(),
  });
  const routes = new Map([...signingRoutes(sigstore), ...tuf.routes]);
  const internet = await startLocalInternet([tufHost, ...signingHosts], routes);
  return {
    ...sigstore,
    access: { url: internet.url, certificate: internet.certificate, tufRoot: tuf.root },
    stop: internet.stop,
  };
}
