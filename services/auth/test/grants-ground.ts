import type { Action, OrganizationId, PackagePurl, RepositoryId, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import { PublishDouble } from './publish-double.js';
import type { Answer, Credential, Person } from './auth-conversation.js';
import { type RunningAuth, startAuth } from './running-auth.js';

export const leftPad = 'pkg:npm/%40acme/left-pad' as PackagePurl;
export const grantsPath = '/api/v1/orgs/acme/grants';

/** The organization acme with the repository main, whose administrator is one of the installation. */
export class GrantsGround {
  readonly auth: RunningAuth;
  readonly publish: PublishDouble;
  readonly organizationId: OrganizationId;
  readonly main: { readonly repositoryId: RepositoryId };

  private constructor(auth: RunningAuth, organizationId: OrganizationId) {
    this.auth = auth;
    this.publish = new PublishDouble(auth.bus);
    this.organizationId = organizationId;
    this.main = this.publish.create('main', organizationId);
  }

  static async start(): Promise<GrantsGround> {
    const auth = await startAuth();
    return new GrantsGround(auth, (await auth.organizationId('acme')) as OrganizationId);
  }

  packageIn(repositoryId: RepositoryId, purl = leftPad): Resource {
    return { kind: 'package', visibility: 'private', organizationId: this.organizationId, repositoryId, purl };
  }

  give(as: Credential, subject: object, on: object, what: object = { role: 'publisher' }): Promise<Answer> {
    return this.auth.http('POST', grantsPath, { as, body: { subject, on, ...what } });
  }

  put(as: Credential, subject: object, on: object, what: object): Promise<Answer> {
    return this.auth.http('PUT', grantsPath, { as, body: { subject, on, ...what } });
  }

  async may(who: Credential, action: Action, on: Resource): Promise<boolean> {
    return can(await this.auth.principal(who), action, on).allowed;
  }

  /** How many grants travel with somebody. */
  async countOf(who: Credential): Promise<number> {
    const principal = await this.auth.principal(who);
    return principal.kind === 'anonymous' ? -1 : principal.grants.length;
  }

  async member(username: string, role = 'reader'): Promise<Person> {
    const { auth } = this;
    await auth.person(username);
    const made = await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role } });
    requireStatus(made, 201, 409);
    return auth.again(username);
  }

  async teamOf(name: string, ...usernames: string[]): Promise<void> {
    const { auth } = this;
    const made = await auth.http('POST', '/api/v1/orgs/acme/teams', { as: auth.admin, body: { name } });
    requireStatus(made, 201);
    for (const username of usernames) {
      const path = `/api/v1/orgs/acme/teams/${name}/members/${username}`;
      requireStatus(await auth.http('PUT', path, { as: auth.admin, body: {} }), 204);
    }
  }
}

function requireStatus(answer: Answer, ...expected: readonly number[]): void {
  if (!expected.includes(answer.status)) throw new Error(`not prepared: ${answer.withoutRequestId}`);
}
