import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import type { Misbehaviour } from './misbehaviour.js';
import { answerHugely } from './misbehaviour.js';

/** What the server answers; changed while it runs. */
export interface IssuerState {
  down: boolean;
  misbehaviour: Misbehaviour | undefined;
  /** Where it misbehaves. */
  at: readonly ('discovery' | 'keys')[];
  keys: readonly JWK[];
  /** What a job has to know to ask for tokens. */
  readonly requestToken: string;
  /** How often it was asked for what; `elsewhere` is where redirects lead. */
  readonly asked: { discovery: number; keys: number; tokens: number; elsewhere: number };
}

interface Served {
  readonly issuerPath: string;
  readonly keysPath: string;
  readonly state: IssuerState;
  readonly token: (audience: string | undefined) => Promise<string>;
}

export interface RunningIssuerServer {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** The server of an issuer, on the loopback: discovery, keys, and the tokens that jobs of GitHub and Forgejo ask for. */
export async function serveIssuer(served: Served): Promise<RunningIssuerServer> {
  const server = createServer((request, response) => void answer(served, request, response));
  server.on('connection', (socket) => {
    if (served.state.down) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: originOf(server), stop: () => stop(server) };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state, keysPath } = served;
  if (state.down) return void request.socket.destroy();
  const origin = `http://${request.headers.host ?? ''}`;
  const { pathname, searchParams } = new URL(request.url ?? '/', origin);
  const below = served.issuerPath.replace(/\/$/, '');
  switch (pathname) {
    case `${below}/.well-known/openid-configuration`:
      state.asked.discovery += 1;
      if (!misbehaves(state, 'discovery', origin, response)) sendJson(response, discovery(origin, served));
      return;
    case `${below}${keysPath}`:
      state.asked.keys += 1;
      if (misbehaves(state, 'keys', origin, response)) return;
      sendJson(response, { keys: state.misbehaviour === 'emptyKeySet' ? [] : state.keys });
      return;
    case '/idtoken': {
      state.asked.tokens += 1;
      const known = request.headers.authorization?.toLowerCase() === `bearer ${state.requestToken}`;
      if (known) sendJson(response, { value: await served.token(searchParams.get('audience') ?? undefined) });
      else sendJson(response, {}, 401);
      return;
    }
    case '/elsewhere':
      // Whoever follows a redirect finds good keys here, and would go on.
      state.asked.elsewhere += 1;
      sendJson(response, { ...discovery(origin, served), keys: state.keys });
      return;
    default:
      sendJson(response, {}, 404);
  }
}

function discovery(origin: string, { issuerPath, keysPath, state }: Served): object {
  const issuer = `${origin}${issuerPath}`;
  const foreign = state.misbehaviour === 'foreignKeySet' ? origin.replace('127.0.0.1', 'localhost') : origin;
  return {
    issuer: state.misbehaviour === 'wrongIssuer' ? `${issuer}/other` : issuer,
    jwks_uri: `${foreign}${issuerPath.replace(/\/$/, '')}${keysPath}`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: [...new Set(state.keys.map((key) => key.alg))],
    scopes_supported: ['openid'],
  };
}

/** Whether it has answered, or will not. */
function misbehaves(
  state: IssuerState,
  place: 'discovery' | 'keys',
  origin: string,
  response: ServerResponse,
): boolean {
  const how = state.at.includes(place) ? state.misbehaviour : undefined;
  if (how === 'redirect') response.writeHead(302, { location: `${origin}/elsewhere` }).end();
  else if (how === 'huge') answerHugely(response);
  else if (how === 'error') sendJson(response, {}, 500);
  else if (how === 'notJson') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
  else return how === 'hang';
  return true;
}

function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
