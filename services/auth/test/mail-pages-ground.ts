import { vi } from 'vitest';
import type { Page } from './auth-conversation.js';
import type { Credential, Person, RunningAuth } from './running-auth.js';
import { startAuth } from './running-auth.js';

/** What a browser makes of a link: a path that it asks for, and what the page's script puts into the field. */
export interface Link {
  readonly path: string;
  readonly secret: string;
}

/** The auth service with an organization that invites, and mails whose links are followed. */
export class MailPagesGround {
  private constructor(
    readonly auth: RunningAuth,
    readonly owner: Person,
  ) {}

  static async start(): Promise<MailPagesGround> {
    const auth = await startAuth();
    const owner = await auth.person('owner');
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'umbrella', owner: 'owner' } });
    return new MailPagesGround(auth, owner);
  }

  async withMailedAddress(username: string): Promise<{ person: Person; link: Link }> {
    const email = `${username}@example.org`;
    const person = await this.auth.person(username, { email });
    await this.auth.http('POST', '/api/v1/account/email-verification', { as: person.session });
    return { person, link: await this.#mailed(email, 'verify-email') };
  }

  async verified(username: string): Promise<Person> {
    const { person, link } = await this.withMailedAddress(username);
    const { status } = await this.auth.page(link.path, { form: { secret: link.secret } });
    if (status !== 200) throw new Error(`not verified: ${String(status)}`);
    return person;
  }

  async resetLink(username: string): Promise<Link> {
    const path = `/api/v1/users/${username}/password-reset`;
    const made = await this.auth.http('POST', path, { as: this.auth.admin });
    return followed(String(made.json['link']));
  }

  async invited(body: { email: string } | { username: string }): Promise<Link> {
    const target = '/api/v1/orgs/umbrella/invitations';
    const sent = { as: this.owner.session, body: { role: 'reader', ...body } };
    const made = await this.auth.http('POST', target, sent);
    if (made.status !== 201) throw new Error(made.withoutRequestId);
    return 'email' in body
      ? this.#mailed(body.email, 'invitation')
      : { path: `/login/invitation/${String(made.json['id'])}`, secret: '' };
  }

  press(step: string, { path, secret }: Link, as?: Credential): Promise<Page> {
    return this.auth.page(path, { form: { step, secret }, ...(as === undefined ? {} : { as }) });
  }

  async members(): Promise<string[]> {
    const { json } = await this.auth.http('GET', '/api/v1/orgs/umbrella/members', { as: this.auth.admin });
    return (json['items'] as { username: string }[]).map(({ username }) => username);
  }

  async #mailed(address: string, template: 'invitation' | 'verify-email'): Promise<Link> {
    const mails = await vi.waitFor(() => {
      const found = this.auth.mail.to(address, template);
      if (found.length === 0) throw new Error('No mail yet.');
      return found;
    });
    const [link = ''] = /https:[^"]*/.exec(JSON.stringify(mails.at(-1)?.values)) ?? [];
    return followed(link);
  }
}

function followed(text: string): Link {
  const { pathname, search, hash, origin } = new URL(text);
  if (origin !== 'https://waybill.example' || search !== '') throw new Error('The link leads elsewhere.');
  return { path: pathname, secret: hash.slice(1) };
}
