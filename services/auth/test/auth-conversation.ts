import { introspectCredential } from '@waybill/contracts';
import type { DataOf, EventType, ReplyOf, RequestOf, RequestType } from '@waybill/contracts';
import type { Principal, TokenText, UserId } from '@waybill/domain';
import { anonymous, hashToken } from '@waybill/domain';
import { hashSession } from '../src/sessions/session-cookie.rules.js';

export type Credential = { readonly token: string } | { readonly session: string };

export interface Sent {
  readonly as?: Credential;
  readonly body?: unknown;
  /** The body letter by letter, instead of `body`. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly address?: string;
  /** As the gateway hands on the body of a route that takes uploads. */
  readonly asUpload?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly json: Record<string, unknown>;
  readonly text: string;
  /** The body as text without what differs in every answer. */
  readonly withoutRequestId: string;
}

/** A form that a browser sends, as if from the page itself unless other headers are given. */
export interface SentForm {
  readonly as?: Credential;
  readonly form: Readonly<Record<string, string>> | string;
  readonly headers?: Record<string, string>;
  readonly address?: string;
}

export interface Page {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly html: string;
}

export interface Person {
  readonly userId: UserId;
  readonly username: string;
  readonly password: string;
  readonly session: { readonly session: string };
}

type Ask = <Type extends RequestType>(type: Type, request: RequestOf<Type>) => Promise<ReplyOf<Type>>;

/** One HTTP request as the gateway hands it on. */
export interface EdgeCall {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly principal: Principal;
  readonly body: Buffer | { readonly bytes: Buffer } | undefined;
  readonly clientAddress: string;
}

/** The ways into a running service that tests go. */
export interface AuthDoors {
  readonly ask: Ask;
  readonly send: (call: EdgeCall) => Promise<{ status: number; headers: Answer['headers']; bytes: Buffer }>;
  readonly query: (sql: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;
}

/** Speaks with the auth service as the gateway, the adapters and the operator do. */
export class AuthConversation {
  readonly #doors: AuthDoors;
  readonly #passwords = new Map<string, string>();
  /** The first administrator's token. */
  admin: { readonly token: string } = { token: '' };

  constructor(doors: AuthDoors) {
    this.#doors = doors;
  }

  ask<Type extends RequestType>(type: Type, request: RequestOf<Type>): Promise<ReplyOf<Type>> {
    return this.#doors.ask(type, request);
  }

  query(sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]> {
    return this.#doors.query(sql, parameters);
  }

  async introspect(credential: Credential): Promise<{ principal: Principal | null }> {
    return this.ask(
      introspectCredential,
      'session' in credential
        ? { kind: 'session', sessionHash: hashSession(credential.session) }
        : { kind: 'token', tokenHash: hashToken(credential.token as TokenText) },
    );
  }

  async http(method: string, target: string, sent: Sent = {}): Promise<Answer> {
    const principal = sent.as === undefined ? null : (await this.introspect(sent.as)).principal;
    return this.httpAs(method, target, principal ?? anonymous, sent);
  }

  /** The same by whomever the gateway still takes the caller for. */
  async httpAs(method: string, target: string, principal: Principal, sent: Omit<Sent, 'as'> = {}): Promise<Answer> {
    const text = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
    const body = text === undefined ? undefined : Buffer.from(text);
    const { status, headers, bytes } = await this.#doors.send({
      method,
      target,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...sent.headers },
      principal,
      body: sent.asUpload === true && body !== undefined ? { bytes: body } : body,
      clientAddress: sent.address ?? '10.0.0.1',
    });
    const answered = bytes.toString();
    const isJson = /json(;|$)/.test(String(headers['content-type']).replace('x-ndjson', ''));
    const json = isJson && answered !== '' ? (JSON.parse(answered) as Record<string, unknown>) : {};
    const withoutRequestId = JSON.stringify({ ...json, requestId: undefined });
    return { status, headers, json, text: answered, withoutRequestId };
  }

  /** What a browser sees at a path; `sent` with a form is its POST. */
  async page(target: string, { as, form, ...sent }: Partial<SentForm> = {}): Promise<Page> {
    const principal = as === undefined ? anonymous : await this.principal(as);
    return form === undefined
      ? this.#see({ method: 'GET', target, headers: sent.headers ?? {}, principal, body: undefined, sent })
      : this.pageAs(target, principal, form, sent);
  }

  /** The POST of a form by whomever the gateway still takes the browser for. */
  pageAs(target: string, principal: Principal, form: SentForm['form'], sent: Partial<SentForm> = {}): Promise<Page> {
    const own = { origin: 'https://waybill.example', 'sec-fetch-site': 'same-origin' };
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(sent.headers ?? own) };
    const body = Buffer.from(new URLSearchParams(form).toString());
    return this.#see({ method: 'POST', target, headers, principal, body, sent });
  }

  async #see({ sent, ...call }: Omit<EdgeCall, 'clientAddress'> & { sent: Partial<SentForm> }): Promise<Page> {
    const { status, headers, bytes } = await this.#doors.send({ ...call, clientAddress: sent.address ?? '10.0.0.1' });
    return { status, headers, html: bytes.toString() };
  }

  /** Who a credential stands for, as services get to know it. */
  async principal(credential: Credential): Promise<Principal> {
    return (await this.introspect(credential)).principal ?? anonymous;
  }

  /** Data of the events of one aggregate, oldest first. */
  async events<Type extends EventType>(type: Type, aggregate: string): Promise<DataOf<Type>[]> {
    const rows = await this.query(eventsQuery, [type.type, aggregate]);
    return rows.map((row) => type.data.parse(row['data']) as DataOf<Type>);
  }

  /** What was done to a subject as the audit says, oldest first. */
  async audit(subject: string): Promise<unknown[]> {
    const rows = await this.query(
      `SELECT action FROM audit_events WHERE subject = $1 AND outcome = 'success' ORDER BY at`,
      [subject],
    );
    return rows.map((row) => row['action']);
  }

  async signIn(username: string, password: string, address = '10.0.0.1'): Promise<Answer & { secret: string }> {
    const answer = await this.http('POST', '/api/v1/sessions', { body: { username, password }, address });
    const secret = /waybill_session=([^;]*)/.exec(String(answer.headers['set-cookie']))?.[1] ?? '';
    return { ...answer, secret };
  }

  /** Makes a user, unless there is one, and signs them in. */
  async person(username: string, given: { password?: string; email?: string } = {}): Promise<Person> {
    if (this.#passwords.has(username)) return this.again(username);
    const password = given.password ?? 'a password for tests';
    this.#passwords.set(username, password);
    const body = { username, password, ...(given.email === undefined ? {} : { email: given.email }) };
    const made = await this.http('POST', '/api/v1/users', { as: this.admin, body });
    if (made.status !== 201) throw new Error(`no user: ${made.withoutRequestId}`);
    return this.again(username);
  }

  /** Signs in somebody who was made before. */
  async again(username: string): Promise<Person> {
    const password = this.#passwords.get(username) ?? '';
    const { secret } = await this.signIn(username, password);
    const [row] = await this.query('SELECT user_id FROM users WHERE username = $1', [username]);
    return { username, password, userId: row?.['user_id'] as UserId, session: { session: secret } };
  }

  async token(owner: Person, scopes: unknown, expiresAt?: string): Promise<{ id: string; token: string }> {
    const body = { description: 'test', scopes, ...(expiresAt === undefined ? {} : { expiresAt }) };
    const made = await this.http('POST', '/api/v1/tokens', { as: owner.session, body });
    if (made.status !== 201) throw new Error(`no token: ${made.withoutRequestId}`);
    return { id: String(made.json['id']), token: String(made.json['token']) };
  }

  async organizationId(name: string): Promise<string> {
    const [row] = await this.query('SELECT organization_id FROM organizations WHERE name = $1', [name]);
    return String(row?.['organization_id']);
  }
}

const eventsQuery = `SELECT envelope->'data' AS data FROM outbox WHERE type = $1 AND aggregate = $2 ORDER BY position`;
