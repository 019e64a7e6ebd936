import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Subscription } from '@nats-io/transport-node';
import {
  credentialsChanged,
  credentialsChangedSubject,
  gatewayAliveSubject,
  removeMember,
  revokeToken,
  setMember,
} from '@waybill/contracts';
import type { TokenText } from '@waybill/domain';
import { hashToken } from '@waybill/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';
import { hashSession } from '../sessions/session-cookie.rules.js';

/** As much of a gateway as auth hears of: it lives, forgets, and says so. */
class ToyGateway {
  readonly forgot: { revokedHashes: string[]; changedUserIds: string[] }[] = [];
  readonly #id = randomUUID();
  readonly #beat: NodeJS.Timeout;
  readonly #news: Subscription;

  constructor(
    private readonly bus: RunningAuth['bus'],
    { forgetsAfterMs }: { readonly forgetsAfterMs: number | undefined },
  ) {
    this.#news = bus.subscribe(credentialsChangedSubject, {
      callback: (_error, message) => {
        if (forgetsAfterMs === undefined) return;
        setTimeout(() => {
          this.forgot.push(credentialsChanged.parse(message.json()));
          message.respond(JSON.stringify({ gatewayId: this.#id }));
        }, forgetsAfterMs);
      },
    });
    this.#beat = setInterval(() => {
      bus.publish(gatewayAliveSubject, JSON.stringify({ gatewayId: this.#id }));
    }, 20);
  }

  /** What it has heard when `change` is answered. */
  async after(change: () => Promise<unknown>): Promise<{ revokedHashes: string[]; changedUserIds: string[] }> {
    const before = this.forgot.length;
    await change();
    const heard = this.forgot.slice(before);
    return {
      revokedHashes: heard.flatMap(({ revokedHashes }) => revokedHashes),
      changedUserIds: [...new Set(heard.flatMap(({ changedUserIds }) => changedUserIds))],
    };
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#news.unsubscribe();
  }
}

let auth: RunningAuth;
const gateways: ToyGateway[] = [];

beforeAll(async () => {
  auth = await startAuth();
});

afterEach(() => {
  for (const gateway of gateways.splice(0)) gateway.stop();
});

afterAll(async () => {
  await auth.stop();
});

/** Gateways that auth has heard of. */
async function alive(...delaysMs: (number | undefined)[]): Promise<ToyGateway[]> {
  gateways.push(...delaysMs.map((forgetsAfterMs) => new ToyGateway(auth.bus, { forgetsAfterMs })));
  await auth.bus.subscribe(gatewayAliveSubject, { max: 4 * delaysMs.length, callback: () => undefined }).closed;
  await auth.http('GET', '/api/v1/session', { as: auth.admin });
  return gateways;
}

const reading = [{ actions: ['read'], on: { kind: 'everything' } }];

describe('what is taken away', () => {
  it('is forgotten by every gateway before anybody is told that it is (A11)', async () => {
    const [near, far] = await alive(0, 60);
    const ada = await auth.person('ada');
    const { token } = await auth.token(ada, reading);
    const suspend = () =>
      auth.http('PUT', '/api/v1/users/ada/suspension', { as: auth.admin, body: { suspended: true } });
    const heard = await far!.after(suspend);
    expect(heard.revokedHashes.toSorted()).toEqual(
      [hashToken(token as TokenText), hashSession(ada.session.session)].toSorted(),
    );
    expect(heard.changedUserIds).toEqual([ada.userId]);
    expect(near!.forgot).toEqual(far!.forgot);
  });

  it('is a token, a session, a membership, a password or an administrator’s right, by whichever way (A11)', async () => {
    const [gateway] = await alive(30);
    const ben = await auth.person('ben');
    const again = await auth.again('ben');
    const byHttp = await auth.token(ben, reading);
    const byBus = await auth.token(ben, reading);
    const byPassword = await auth.token(ben, reading);
    const principal = await auth.principal(auth.admin);
    const own = await auth.principal(ben.session);
    const hashOf = ({ token }: { token: string }) => hashToken(token as TokenText);

    const revoked = await gateway!.after(() => auth.http('DELETE', `/api/v1/tokens/${byHttp.id}`, { as: ben.session }));
    expect(revoked.revokedHashes).toEqual([hashOf(byHttp)]);
    const loggedOut = await gateway!.after(() => auth.ask(revokeToken, { principal: own, tokenHash: hashOf(byBus) }));
    expect(loggedOut.revokedHashes).toEqual([hashOf(byBus)]);
    const signedOut = await gateway!.after(() => auth.http('DELETE', '/api/v1/session', { as: again.session }));
    expect(signedOut.revokedHashes).toEqual([hashSession(again.session.session)]);
    const membership = { principal, organization: 'acme', username: 'ben' };
    const joined = await gateway!.after(() => auth.ask(setMember, { ...membership, role: 'member' }));
    const left = await gateway!.after(() => auth.ask(removeMember, membership));
    const body = { installationAdmin: true };
    const risen = await gateway!.after(() =>
      auth.http('PUT', '/api/v1/users/ben/installation-admin', { as: auth.admin, body }),
    );
    for (const { changedUserIds } of [joined, left, risen]) expect(changedUserIds).toEqual([ben.userId]);
    const changed = await gateway!.after(() =>
      auth.http('PUT', '/api/v1/users/ben/password', {
        as: ben.session,
        body: { currentPassword: ben.password, newPassword: ben.password },
      }),
    );
    expect(changed).toEqual({ revokedHashes: [hashOf(byPassword)], changedUserIds: [ben.userId] });
  });

  it('is taken away though a gateway says nothing, and whoever asked does not wait for ever', async () => {
    await alive(undefined);
    const cyd = await auth.person('cyd');
    const token = await auth.token(cyd, reading);
    const answered = auth.http('DELETE', `/api/v1/tokens/${token.id}`, { as: cyd.session });
    expect(await Promise.race([answered.then(({ status }) => status), delay(5000, 'too long')])).toBe(204);
    expect(await auth.principal(token)).toEqual({ kind: 'anonymous' });
  });
});
