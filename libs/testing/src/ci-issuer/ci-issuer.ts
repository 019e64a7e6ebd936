import { randomUUID } from 'node:crypto';
import { delimiter } from 'node:path';
import type { ProviderName } from '@waybill/trusted-publishing';
import { exampleClaims } from '@waybill/trusted-publishing';
import type { JWTHeaderParameters } from 'jose';
import { SignJWT } from 'jose';
import { writeAgentPrograms } from './agent-programs.js';
import { ciVariables } from './ci-environment.js';
import { ciPlaces } from './ci-places.js';
import type { IssuerState } from './issuer-server.js';
import { serveIssuer } from './issuer-server.js';
import type { Misbehaviour } from './misbehaviour.js';
import type { CiAlgorithm, CiSigningKey } from './signing-key.js';
import { makeSigningKey } from './signing-key.js';

/** Claims; `undefined` leaves one out that the provider would write. */
export type CiClaims = Readonly<Record<string, unknown>>;

export interface CiIssuerOptions {
  readonly algorithm?: CiAlgorithm;
  /** Of the issuer, where it is another than usual: `/_services/token` of GitHub Enterprise Server, `/acme-inc` of an enterprise. */
  readonly path?: string;
  /** What all its tokens say, besides and instead of the provider's example. */
  readonly claims?: CiClaims;
}

export interface RunningCiIssuer {
  readonly provider: ProviderName;
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly asked: IssuerState['asked'];
  /** What all its tokens say from now on, also those that clients ask for; on top of the example. */
  claims: CiClaims;
  /** What it signs with now. */
  readonly key: CiSigningKey;
  /** What its next token says, before it is signed. */
  payload(claims?: CiClaims): Record<string, unknown>;
  token(claims?: CiClaims, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs with a new key from now on; the old one is told on, unless it is to be forgotten. */
  rotate(old?: 'kept' | 'forgotten'): Promise<void>;
  /** Connections are cut until it comes back, at the same address. */
  goDown(): void;
  comeBack(): void;
  /** At its configuration and its keys alike, unless one of them is named; `undefined` ends it. */
  misbehave(how: Misbehaviour | undefined, at?: 'discovery' | 'keys'): void;
  /**
   * The environment of a job there, with tokens for the audience. `programs` is a directory for the programs that give them to jobs of
   * Buildkite and CircleCI; it is put in front of `path`.
   */
  environment(job: {
    readonly audience: string;
    readonly programs?: string;
    readonly path?: string;
  }): Promise<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** An issuer like the provider's, on the loopback, over HTTP. Everything about it is real but where it is. */
export async function startCiIssuer(provider: ProviderName, options: CiIssuerOptions = {}): Promise<RunningCiIssuer> {
  const { algorithm = 'RS256' } = options;
  const places = ciPlaces[provider];
  const issuerPath = options.path ?? places.issuerPath;
  let key = await makeSigningKey(algorithm);
  const state: IssuerState = {
    down: false,
    misbehaviour: undefined,
    at: [],
    keys: [key.publicJwk],
    requestToken: randomUUID(),
    asked: { discovery: 0, keys: 0, tokens: 0, elsewhere: 0 },
  };
  const token = (audience: string | undefined) => running.token(audience === undefined ? {} : { aud: audience });
  const server = await serveIssuer({ issuerPath, keysPath: places.keysPath, state, token });
  const issuer = `${server.origin}${issuerPath}`;
  const running: RunningCiIssuer = {
    provider,
    issuer,
    asked: state.asked,
    claims: options.claims ?? {},
    get key() {
      return key;
    },
    payload: (claims = {}) => {
      const iat = Math.floor(Date.now() / 1000);
      const times = { iat, nbf: iat, exp: iat + places.lifetimeSeconds };
      const all = { ...exampleClaims(provider, issuer), aud: issuer, ...times, ...identifier(provider) };
      const said: [string, unknown][] = Object.entries({ ...all, ...running.claims, ...claims });
      return Object.fromEntries(said.filter(([, value]) => value !== undefined));
    },
    token: (claims, header = {}) =>
      new SignJWT(running.payload(claims))
        .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey),
    rotate: async (old = 'kept') => {
      key = await makeSigningKey(algorithm);
      state.keys = old === 'kept' ? [...state.keys, key.publicJwk] : [key.publicJwk];
    },
    goDown: () => {
      state.down = true;
    },
    comeBack: () => {
      state.down = false;
    },
    misbehave: (how, at) => {
      state.misbehaviour = how;
      state.at = at === undefined ? ['discovery', 'keys'] : [at];
    },
    environment: async ({ audience, programs, path }) => {
      if (programs !== undefined) await writeAgentPrograms(programs, server.origin, state.requestToken);
      const variables = ciVariables(provider, {
        origin: server.origin,
        issuer,
        requestToken: state.requestToken,
        claims: running.payload(),
        token: await token(audience),
        audience,
        sigstoreToken: await token('sigstore'),
      });
      return programs === undefined ? variables : { ...variables, PATH: [programs, path ?? ''].join(delimiter) };
    },
    stop: server.stop,
  };
  return running;
}

/** A new one per token, where the provider has them. */
function identifier(provider: ProviderName): CiClaims {
  return ['github-actions', 'gitlab-ci', 'azure-devops', 'kubernetes'].includes(provider) ? { jti: randomUUID() } : {};
}
