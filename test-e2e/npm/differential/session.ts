import { eventually } from '@waybill/testing';

/** What the running session knows of one of the two servers. */
export interface Session {
  /** Of the registry, with a slash at the end. */
  readonly registryUrl: string;
  /** Whose names and password both servers know. */
  readonly user: string;
  readonly password: string;
  /** Somebody else whom both servers know. */
  readonly other: string;
  /** May do everything with every package. */
  readonly managerToken: string;
  /** Where answers of earlier steps are kept: revisions, tokens, keys. */
  readonly memory: Map<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** undefined where there is none, or no JSON. */
  readonly json: unknown;
  readonly bytes: number;
}

/** One request of the session, made from what is known by then. */
export interface Step {
  readonly name: string;
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the registry's URL. */
  readonly path: string | ((session: Session) => string);
  /** Whose token goes along: that of the last login unless it says something else. */
  readonly as?: 'nobody' | 'an unknown token' | 'a manager';
  readonly headers?: Readonly<Record<string, string>>;
  /** Those that depend on what is known by then. */
  readonly headersOf?: (session: Session) => Record<string, string>;
  /** Objects and strings travel as JSON, bytes as they are. */
  readonly body?: object | string | Buffer;
  readonly bodyOf?: (session: Session) => object;
  /** Keeps what later steps need. */
  readonly remember?: (answer: Answer, session: Session) => void;
  /** For what a server does a moment later: asks again until this holds. */
  readonly until?: (answer: Answer) => boolean;
}

const requestTimeoutMs = 60_000;

export async function perform(step: Step, session: Session): Promise<Answer> {
  const answer = await eventually(async () => {
    const current = await send(step, session);
    if (step.until?.(current) === false) throw new Error(`${step.name}: ${current.status}, not as awaited.`);
    return current;
  });
  step.remember?.(answer, session);
  return answer;
}

async function send(step: Step, session: Session): Promise<Answer> {
  const path = typeof step.path === 'string' ? step.path : step.path(session);
  const given = step.bodyOf?.(session) ?? step.body;
  const response = await fetch(`${session.registryUrl}${path}`, {
    method: step.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...authorization(step, session),
      ...(given === undefined ? {} : { 'content-type': 'application/json' }),
      ...step.headers,
      ...step.headersOf?.(session),
    },
    body: given === undefined ? null : bytesOf(given),
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, json: parsed(body), bytes: body.length };
}

function bytesOf(body: object | string | Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
}

function authorization(step: Step, session: Session): Record<string, string> {
  if (step.as === 'nobody') return {};
  const tokens = { 'an unknown token': 'nobody-has-this-token', 'a manager': session.managerToken };
  const token = step.as === undefined ? session.memory.get('token') : tokens[step.as];
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
