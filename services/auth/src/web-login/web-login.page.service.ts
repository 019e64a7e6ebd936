import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { isFreshlyProven } from '@waybill/domain';
import { addressKey } from '../throttles/address-key.rules.js';
import { endedSessionCookie, sessionCookie } from '../sessions/session-cookie.rules.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { OpenIdProvider } from '../single-sign-on/open-id-provider.js';
import { visible } from './html.js';
import type { PageAnswer, PageVisitor } from './page-answer.js';
import { answer } from './page-answer.js';
import type { FailedSignIn } from './sign-in-fields.js';
import { refusalOf } from './sign-in-fields.js';
import type { WebLoginForm } from './web-login-form.schema.js';
import { isWebLoginId, shortCode, type WebLoginId, webLoginPath } from './web-login-id.rules.js';
import type { WaitingLogin } from './web-login.pages.js';
import { confirmPage, donePage, expiredPage, refusedPage, signInPage } from './web-login.pages.js';
import { WebLogins } from './web-logins.service.js';

/** What the page of a login answers to a look at it and to each of its buttons. */
@Injectable()
export class WebLoginPage {
  constructor(
    private readonly logins: WebLogins,
    private readonly sessions: SessionsService,
    private readonly provider: OpenIdProvider,
  ) {}

  async show(login: string, visitor: PageVisitor): Promise<PageAnswer> {
    const found = await this.#find(login);
    if (found === undefined) return answer(404, expiredPage());
    const { caller } = visitor;
    if (caller.kind !== 'user' || mustProveAgain(found, caller)) return answer(200, this.#signInPage(found));
    await this.logins.opened(found.id, caller.userId);
    const isElsewhere = addressKey(visitor.clientAddress) !== addressKey(found.shown.clientAddress);
    const otherAddress = isElsewhere ? visible(visitor.clientAddress) : undefined;
    return answer(200, confirmPage(found.shown, { username: caller.username, otherAddress }));
  }

  async act(login: string, form: WebLoginForm, visitor: PageVisitor): Promise<PageAnswer> {
    const found = await this.#find(login);
    if (found === undefined) return answer(404, expiredPage());
    if (form.step === 'sign-in') return this.#signIn(found, form, visitor);
    const { caller, clientAddress } = visitor;
    // The session ended since the page was shown: the page asks for the password.
    if (caller.kind !== 'user') return seeOther(found.id);
    if (form.step === 'confirm' && mustProveAgain(found, caller)) return seeOther(found.id);
    switch (form.step) {
      case 'confirm': {
        const from = { address: clientAddress, withAccess: form.access === 'yes' };
        const confirmed = await this.logins.confirm(found.id, caller, from);
        return confirmed ? answer(200, donePage(caller.username)) : answer(404, expiredPage());
      }
      case 'refuse':
        await this.logins.refuse(found.id);
        return answer(200, refusedPage());
      case 'switch':
        await this.sessions.end({ ...actorOfPrincipal(caller), clientAddress }, caller);
        return seeOther(found.id, { 'set-cookie': endedSessionCookie(visitor.externalUrl) });
    }
  }

  async #signIn(
    { id, shown }: FoundLogin,
    { username, password, code }: Extract<WebLoginForm, { step: 'sign-in' }>,
    { clientAddress, client, externalUrl }: PageVisitor,
  ): Promise<PageAnswer> {
    try {
      const { secret, maxAgeSeconds } = await this.sessions.open({ username, password, code, clientAddress, client });
      return seeOther(id, { 'set-cookie': sessionCookie(secret, externalUrl, maxAgeSeconds) });
    } catch (thrown) {
      const { status, failed, headers } = refusalOf(thrown, username);
      return answer(status, this.#signInPage({ id, shown }, failed), headers);
    }
  }

  #signInPage({ id, shown }: FoundLogin, failed?: FailedSignIn): string {
    const { name } = this.provider;
    const signOn = name === undefined ? undefined : { name, path: `/login/sign-on?login=${id}` };
    return signInPage(shown, { signOn, ...(failed === undefined ? {} : { failed }) });
  }

  async #find(login: string): Promise<FoundLogin | undefined> {
    if (!isWebLoginId(login)) return undefined;
    const found = await this.logins.find(login);
    if (found === undefined) return undefined;
    const { description, clientAddress, wish } = found;
    return { id: login, shown: { code: shortCode(login), description, clientAddress, wish } };
  }
}

interface FoundLogin {
  readonly id: WebLoginId;
  readonly shown: WaitingLogin;
}

/** An old session is not enough to give away everything that its person may do (security.md W7). */
function mustProveAgain({ shown }: FoundLogin, caller: Principal): boolean {
  return shown.wish === 'management' && !isFreshlyProven(caller);
}

/** Back to the page by a GET (RFC 9110, 15.4.4); a path of ours, whatever was asked for (security.md W2). */
function seeOther(id: WebLoginId, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return answer(303, '', { ...headers, location: webLoginPath(id) });
}
