import type { OrganizationId } from '@waybill/domain';
import type { Answer, Credential, Person } from './auth-conversation.js';
import { type RunningAuth, startAuth } from './running-auth.js';

export const teamsPath = '/api/v1/orgs/acme/teams';

/** The organization acme, with its people and teams. */
export class TeamsGround {
  readonly auth: RunningAuth;
  readonly organizationId: OrganizationId;

  private constructor(auth: RunningAuth, organizationId: OrganizationId) {
    this.auth = auth;
    this.organizationId = organizationId;
  }

  static async start(): Promise<TeamsGround> {
    const auth = await startAuth();
    return new TeamsGround(auth, (await auth.organizationId('acme')) as OrganizationId);
  }

  async member(username: string, role = 'member'): Promise<Person> {
    const { auth } = this;
    await auth.person(username);
    const made = await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role } });
    if (made.status !== 201 && made.status !== 409) throw new Error(`no member: ${made.withoutRequestId}`);
    return auth.again(username);
  }

  /** Its id. */
  async team(name: string, settings: object = {}): Promise<string> {
    const made = await this.auth.http('POST', teamsPath, { as: this.auth.admin, body: { name, ...settings } });
    if (made.status !== 201) throw new Error(`no team: ${made.withoutRequestId}`);
    return String(made.json['id']);
  }

  put(as: Credential, name: string, username: string, body: object = {}): Promise<Answer> {
    return this.auth.http('PUT', `${teamsPath}/${name}/members/${username}`, { as, body });
  }

  remove(as: Credential, name: string, username: string): Promise<Answer> {
    return this.auth.http('DELETE', `${teamsPath}/${name}/members/${username}`, { as });
  }

  /** Of the teams, or of the people, that a list shows. */
  async names(as: Credential, path = teamsPath): Promise<unknown[]> {
    const { json } = await this.auth.http('GET', path, { as });
    return (json['items'] as Record<string, unknown>[]).map((item) => item['name'] ?? item['username']);
  }
}
