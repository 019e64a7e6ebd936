import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { toDomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { isUUID } from 'class-validator';
import type { AuthConfig } from '../config.js';
import { noSuchInvitation } from '../invitations/invitation.rules.js';
import { InvitationAnswersService } from '../invitations/invitation-answers.service.js';
import { Registration } from '../registration/registration.service.js';
import { endedSessionCookie, sessionCookie } from '../sessions/session-cookie.rules.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { OpenIdProvider } from '../single-sign-on/open-id-provider.js';
import { UsersRepository } from '../users/users.repository.js';
import type { PageAnswer, PageVisitor } from '../web-login/page-answer.js';
import { answer } from '../web-login/page-answer.js';
import { refusalOf } from '../web-login/sign-in-fields.js';
import type { Entrance } from './invitation.pages.js';
import { answeredPage, entrancePage, invitationPage, registeredPage, secretNeededPage } from './invitation.pages.js';
import type { InvitationForm } from './mail-pages.schema.js';
import { linkedPageHeaders } from './secret-field.js';

export interface InvitationVisitor extends PageVisitor {
  readonly by: AuditActor;
  readonly requestId: string;
}

type Person = Extract<Principal, { kind: 'user' }>;
type Step<Name extends InvitationForm['step']> = Extract<InvitationForm, { step: Name }>;
type Headers = Readonly<Record<string, string>>;

/** What the page of an invitation answers to a look at it and to each of its buttons. */
@Injectable()
export class InvitationPage {
  constructor(
    private readonly answers: InvitationAnswersService,
    private readonly registration: Registration,
    private readonly sessions: SessionsService,
    private readonly users: UsersRepository,
    private readonly provider: OpenIdProvider,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Nobody who is not signed in gets to know anything, also not whether it is there (security.md A6). */
  async show(invitationId: string, { caller }: PageVisitor): Promise<PageAnswer> {
    if (caller.kind !== 'user') return this.#entrance(200);
    const shown = await this.#look(invitationId, caller, undefined);
    // The secret of the mail is still behind #, where the browser keeps it.
    return shown.status === 200 ? shown : linked(200, secretNeededPage(caller.username));
  }

  async act(invitationId: string, form: InvitationForm, visitor: InvitationVisitor): Promise<PageAnswer> {
    const { caller, clientAddress, externalUrl, by } = visitor;
    const { secret } = form;
    if (form.step === 'sign-in') return this.#signIn(invitationId, form, visitor);
    if (form.step === 'register') return this.#register(form, visitor);
    if (caller.kind !== 'user') return this.#entrance(401, { secret, message: 'This browser is not signed in.' });
    switch (form.step) {
      case 'look':
        return this.#look(invitationId, caller, secret);
      case 'accept':
        return this.#answer(caller, async () => {
          await this.answers.accept({ by, userId: caller.userId, invitationId: known(invitationId), secret });
          return answeredPage('accepted');
        });
      case 'decline':
        return this.#answer(caller, async () => {
          await this.answers.decline({ by, userId: caller.userId, invitationId: known(invitationId), secret });
          return answeredPage('declined');
        });
      case 'switch':
        await this.sessions.end({ ...by, clientAddress }, caller);
        return this.#entrance(200, { secret }, { 'set-cookie': endedSessionCookie(externalUrl) });
    }
  }

  async #look(
    invitationId: string,
    { userId, username }: Pick<Person, 'userId' | 'username'>,
    secret: string | undefined,
  ): Promise<PageAnswer> {
    return this.#answer({ username }, async () => {
      const invitation = await this.answers.look({ userId, invitationId: known(invitationId), secret });
      return invitationPage(invitation, { username, secret });
    });
  }

  /** The form comes back as it is: a redirect would lose the secret, or show it. */
  async #signIn(
    invitationId: string,
    { username, password, code, secret }: Step<'sign-in'>,
    { clientAddress, client, externalUrl }: PageVisitor,
  ): Promise<PageAnswer> {
    try {
      const opened = await this.sessions.open({ username, password, code, clientAddress, client });
      const cookie = { 'set-cookie': sessionCookie(opened.secret, externalUrl, opened.maxAgeSeconds) };
      const user = await this.users.findByUsername(opened.username);
      if (user === undefined) throw noSuchInvitation();
      const shown = await this.#look(invitationId, user, secret);
      return { ...shown, headers: { ...shown.headers, ...cookie } };
    } catch (thrown) {
      const { status, failed, headers } = refusalOf(thrown, username);
      return this.#entrance(status, { secret, failed }, headers);
    }
  }

  async #register({ username, password, secret }: Step<'register'>, visitor: InvitationVisitor): Promise<PageAnswer> {
    const { clientAddress, externalUrl, requestId } = visitor;
    try {
      // Without a secret nobody registers here, also where everybody may elsewhere.
      const person = { username, password, invitation: secret ?? '', clientAddress, externalUrl, requestId };
      const user = await this.registration.register(person);
      return answer(200, registeredPage(user.username));
    } catch (thrown) {
      const { status, failed, headers } = refusalOf(thrown, '');
      return this.#entrance(status, { secret, message: failed.message }, headers);
    }
  }

  async #answer({ username }: Pick<Person, 'username'>, pageOf: () => Promise<string>): Promise<PageAnswer> {
    try {
      return answer(200, await pageOf());
    } catch (thrown) {
      const { kind, status, message } = toDomainError(thrown);
      if (kind === 'internal') throw thrown;
      return linked(status, secretNeededPage(username, message));
    }
  }

  #entrance(status: number, known: Omit<Entrance, 'signOn' | 'registers'> = {}, headers: Headers = {}): PageAnswer {
    const registers = this.config.WAYBILL_REGISTRATION !== 'closed';
    return linked(status, entrancePage({ ...known, signOn: this.provider.name, registers }), headers);
  }
}

/** Throws what there is no invitation throws, for what names none. */
function known(invitationId: string): string {
  if (!isUUID(invitationId)) throw noSuchInvitation();
  return invitationId;
}

function linked(status: number, html: string, headers: Headers = {}): PageAnswer {
  return answer(status, html, { ...linkedPageHeaders, ...headers });
}
