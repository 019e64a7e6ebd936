import type { OrganizationId } from '@waybill/domain';
import type { Answer } from './auth-conversation.js';
import { PublishDouble } from './publish-double.js';
import type { Credential, RunningAuth } from './running-auth.js';
import { startAuth } from './running-auth.js';

interface Token {
  readonly id: string;
  readonly token: string;
}

/** What a token of the tests may do. */
export const work = [{ actions: ['read', 'publish'], on: { kind: 'everything' } }];

/** The auth service, and tokens that are made from tokens. */
export class AttenuationGround {
  private constructor(
    readonly auth: RunningAuth,
    readonly publish: PublishDouble,
    readonly acme: OrganizationId,
  ) {}

  static async start(): Promise<AttenuationGround> {
    const auth = await startAuth();
    const acme = (await auth.organizationId('acme')) as OrganizationId;
    return new AttenuationGround(auth, new PublishDouble(auth.bus), acme);
  }

  ask(as: Credential, body: object): Promise<Answer> {
    return this.auth.http('POST', '/api/v1/tokens/attenuate', { as, body: { description: 'a job', ...body } });
  }

  async attenuate(as: Credential, body: object = {}): Promise<Token> {
    const made = await this.ask(as, body);
    if (made.status !== 201) throw new Error(made.withoutRequestId);
    return { id: String(made.json['id']), token: String(made.json['token']) };
  }

  /** One from the other, so many of them. */
  async line(as: Credential, length: number): Promise<Token[]> {
    const tokens: Token[] = [];
    for (let count = 0; count < length; count += 1) tokens.push(await this.attenuate(tokens.at(-1) ?? as));
    return tokens;
  }

  async works(token: string): Promise<boolean> {
    return (await this.auth.introspect({ token })).principal !== null;
  }
}
