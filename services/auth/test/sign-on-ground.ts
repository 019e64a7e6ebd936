import type { Principal } from '@waybill/domain';
import type { ProviderAccount, RunningOpenIdServer } from '@waybill/testing';
import { startOpenIdServer } from '@waybill/testing';
import type { Page } from './auth-conversation.js';
import type { RunningAuth } from './running-auth.js';
import { startAuth } from './running-auth.js';

type Session = { readonly session: string };
type SignedIn = Extract<Principal, { kind: 'user' }>;

/** Where sign-ons begin. */
export const beginPath = '/login/sign-on';

/** The auth service beside an OpenID provider, and browsers that go from one to the other. */
export class SignOnGround {
  private constructor(
    readonly auth: RunningAuth,
    readonly provider: RunningOpenIdServer,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<SignOnGround> {
    const provider = await startOpenIdServer('https://waybill.example/login/sign-on/return');
    const auth = await startAuth({
      settings: {
        WAYBILL_SIGN_ON_ISSUER: provider.issuer,
        WAYBILL_SIGN_ON_CLIENT_ID: provider.clientId,
        WAYBILL_SIGN_ON_CLIENT_SECRET: provider.clientSecret,
        WAYBILL_SIGN_ON_NAME: 'Acme ID',
        ...settings,
      },
    });
    return new SignOnGround(auth, provider);
  }

  async stop(): Promise<void> {
    await this.auth.stop();
    await this.provider.stop();
  }

  /** What a browser brings back from the provider: the address, and the cookie of its journey. */
  async away(account: ProviderAccount, target = beginPath): Promise<{ target: string; cookie: string }> {
    this.provider.account = account;
    const left = await this.auth.page(target);
    if (left.status !== 303) throw new Error(`no sign-on: ${String(left.status)}`);
    const back = await this.provider.visit(String(left.headers['location']));
    const journey = cookiesOf(left)['__Host-waybill_sign_on'] ?? '';
    return { target: `${back.pathname}${back.search}`, cookie: `__Host-waybill_sign_on=${journey}` };
  }

  async signOn(account: ProviderAccount): Promise<{ page: Page; session: Session }> {
    const { target, cookie } = await this.away(account);
    const page = await this.auth.page(target, { headers: { cookie } });
    return { page, session: { session: cookiesOf(page)['__Host-waybill_session'] ?? '' } };
  }

  async userOf(session: Session): Promise<SignedIn> {
    const principal = await this.auth.principal(session);
    if (principal.kind !== 'user') throw new Error(`no session: ${principal.kind}`);
    return principal;
  }

  /** The browser of somebody who is signed in links what the provider calls them; it ends up at the page. */
  async link(session: Session, account: ProviderAccount, meanwhile?: () => Promise<unknown>): Promise<Page> {
    const started = await this.auth.http('POST', '/api/v1/account/identities/oidc', { as: session });
    this.provider.account = account;
    const back = await this.provider.visit(String(started.json['url']));
    const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
    await meanwhile?.();
    return this.auth.page(`${back.pathname}${back.search}`, { headers: { cookie } });
  }
}

export function cookiesOf(page: Page): Record<string, string> {
  const lines = [page.headers['set-cookie'] ?? []].flat();
  return Object.fromEntries(lines.map((line) => (/^([^=]+)=([^;]*)/.exec(line) ?? []).slice(1) as [string, string]));
}
