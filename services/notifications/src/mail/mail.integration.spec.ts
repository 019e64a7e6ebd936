import { randomUUID } from 'node:crypto';
import { mailStatus, type RequestOf, sendMail } from '@waybill/contracts';
import { eventually, freePort } from '@waybill/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MailServer, refusal, selfSigned } from '../../test/mail-server.js';
import { notificationsEnvironment, type NotificationsEnvironment } from '../../test/notifications-environment.js';
import { RunningNotifications } from '../../test/running-notifications.js';
import { mailPauses } from '../dispatch/retry.rules.js';
import { HistoryRetention } from '../retention/history.retention.js';

const day = 24 * 60 * 60_000;
const secretPart = 'canary-secret-link';

let environment: NotificationsEnvironment;
let notifications: RunningNotifications | undefined;
let server: MailServer | undefined;

beforeAll(async () => {
  environment = await notificationsEnvironment();
});

afterAll(async () => {
  await environment.dispose();
});

afterEach(async () => {
  await notifications?.query('DELETE FROM mails');
  await notifications?.stop();
  await server?.stop();
  notifications = undefined;
  server = undefined;
});

async function start(
  port: number,
  variables: Readonly<Record<string, string>> = { WAYBILL_SMTP_STARTTLS: 'offered' },
  credentials = '',
): Promise<RunningNotifications> {
  notifications = await RunningNotifications.start(environment, {
    WAYBILL_SMTP_URL: `smtp://${credentials}127.0.0.1:${port}`,
    WAYBILL_MAIL_FROM: 'packages@waybill.example',
    ...variables,
  });
  return notifications;
}

function verification(to: string): RequestOf<typeof sendMail> {
  const link = `https://waybill.example/verify/${secretPart}`;
  return { to, template: 'verify-email', values: { username: 'ada', link, expiresAt: '2026-03-01T12:00:00.000Z' } };
}

function rows(running: RunningNotifications): Promise<Record<string, unknown>[]> {
  return running.query('SELECT * FROM mails ORDER BY created_at');
}

async function inState(running: RunningNotifications, state: string): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const [row] = await rows(running);
    if (row?.['state'] !== state) throw new Error(`The mail is ${String(row?.['state'])}: ${String(row?.['error'])}.`);
    return row;
  });
}

describe('without a mail server', () => {
  it('no mail is accepted, and whoever asks is told that there is none', async () => {
    notifications = await RunningNotifications.start(environment);
    expect(await notifications.ask(mailStatus, {})).toEqual({ configured: false });
    expect(await notifications.ask(sendMail, verification('ada@example.com'))).toEqual({ accepted: false });
    expect(await rows(notifications)).toEqual([]);
  });

  it.each([
    [{ WAYBILL_SMTP_URL: 'smtp://127.0.0.1:25' }, /WAYBILL_MAIL_FROM/],
    [{ WAYBILL_SMTP_URL: 'http://127.0.0.1:25', WAYBILL_MAIL_FROM: 'a@b.example' }, /WAYBILL_SMTP_URL/],
    [{ WAYBILL_WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/33' }, /WAYBILL_WEBHOOK_ALLOWED_NETWORKS/],
    [{ WAYBILL_NOTIFICATIONS_KEY_SECRET: 'short' }, /at least 32/],
  ])('a configuration that cannot work is refused at start: %s', async (variables, message) => {
    await expect(RunningNotifications.start(environment, variables)).rejects.toThrow(message);
  });
});

describe('a mail', () => {
  it('arrives as text and HTML, and what it said is nowhere afterwards (W6)', async () => {
    server = await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const running = await start(server.port);
    expect(await running.ask(mailStatus, {})).toEqual({ configured: true });
    expect(await running.ask(sendMail, verification('ada@example.com'))).toEqual({ accepted: true });
    const [received] = await server.got(1);
    expect(received).toMatchObject({ from: 'packages@waybill.example', to: ['ada@example.com'] });
    expect(received?.mail).toMatchObject({ subject: 'Confirm your e-mail address' });
    expect(received?.mail.text).toContain(`https://waybill.example/verify/${secretPart}`);
    expect(received?.mail.html).toContain(`href="https://waybill.example/verify/${secretPart}"`);
    expect(received?.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(await inState(running, 'sent')).toMatchObject({ sealed_values: null, tries: 1, error: null });
    const dump = await running.query<{ text: string }>('SELECT row_to_json(mails)::text AS text FROM mails');
    expect(JSON.stringify(dump)).not.toContain(secretPart);
    expect(running.logLines.join('')).not.toContain(secretPart);
  });

  it('that waits is sealed in the table, and in no log (W6)', async () => {
    const running = await start(await freePort());
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['error']).not.toBeNull());
    const [row] = await rows(running);
    const sealed = row?.['sealed_values'] as Buffer;
    expect(sealed.length).toBeGreaterThan(0);
    expect(sealed.toString('latin1')).not.toContain(secretPart);
    expect(running.logLines.join('')).not.toContain(secretPart);
    expect(running.logLines.join('')).not.toContain('ada@example.com');
  });

  it.each([
    'ada@example.com\r\nBcc: victim@example.com',
    'ada@example.com, victim@example.com',
    'Ada <ada@example.com>',
    'ada@example.com\u0000',
    '"a b"@example.com',
    'ada',
    '',
  ])('goes to one address and nothing else: %j is refused', async (to) => {
    server ??= await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const running = await start(server.port);
    await expect(running.ask(sendMail, verification(to))).rejects.toMatchObject({ code: 'request.malformed' });
    expect(await rows(running)).toEqual([]);
  });

  it('has no header from what somebody chose as a name', async () => {
    server = await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const running = await start(server.port);
    const organization = 'acme\r\nBcc: victim@example.com\r\n\r\n<script>';
    const link = 'https://waybill.example/i';
    const values = { organization, invitedBy: 'ada\nX: y', role: 'member', link, expiresAt: new Date().toISOString() };
    await running.ask(sendMail, { to: 'bob@example.com', template: 'invitation', values });
    const [received] = await server.got(1);
    expect(received?.to).toEqual(['bob@example.com']);
    expect(received?.raw).not.toMatch(/^(Bcc|X):/im);
    expect(received?.mail.html).not.toContain('<script>');
  });
});

describe('a mail server with TLS and a password', () => {
  it('is spoken to through STARTTLS, with the password behind it', async () => {
    const certificate = await selfSigned();
    server = await MailServer.start({
      ...certificate,
      authOptional: false,
      onAuth: (auth, _session, callback) =>
        auth.username === 'waybill' && auth.password === 'p@ss'
          ? callback(null, { user: auth.username })
          : callback(refusal(535, 'no')),
    });
    // nodemailer reads options of TLS from the address, as its users know it.
    const ca = 'tls.rejectUnauthorized=false';
    const running = await start(server.port, {
      WAYBILL_SMTP_URL: `smtp://waybill:p%40ss@127.0.0.1:${server.port}?${ca}`,
    });
    await running.ask(sendMail, verification('ada@example.com'));
    const [received] = await server.got(1);
    expect(received).toMatchObject({ user: 'waybill', secure: true });
  });

  it('that offers no STARTTLS is not given a mail, where that is required', async () => {
    server = await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const running = await start(server.port, {});
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['error']).not.toBeNull());
    expect(await inState(running, 'waiting')).toMatchObject({ tries: 1 });
    expect(server.mails).toEqual([]);
  });

  it('with a certificate that nobody signed is not given a mail', async () => {
    server = await MailServer.start({ ...(await selfSigned()) });
    const running = await start(server.port, {});
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['error']).not.toBeNull());
    expect(server.mails).toEqual([]);
  });

  it('that refuses the password is tried again, and the password is in no log (W6)', async () => {
    server = await MailServer.start({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, callback) => callback(refusal(535, 'wrong password')),
    });
    const running = await start(server.port, undefined, 'waybill:canary-password@');
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['error']).toBe('mail.answered-535'));
    expect(await inState(running, 'waiting')).toMatchObject({ tries: 1 });
    expect(running.logLines.join('')).not.toContain('canary-password');
  });
});

describe('a mail server that is down', () => {
  it('gets what waited when it is back, also after a restart of ours', async () => {
    const port = await freePort();
    const first = await start(port);
    await first.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(first))[0]?.['error']).toBe('mail.esocket'));
    await first.stop();
    const running = await start(port);
    server = await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] }, port);
    expect(server.mails).toEqual([]);
    running.turn(mailPauses.maxDelay);
    await server.got(1);
    await inState(running, 'sent');
  });

  it('for days loses the mail, and with it what it said', async () => {
    const running = await start(await freePort());
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['lease']).toBeNull());
    await running.query(`UPDATE mails SET created_at = now() - interval '4 days', lease = NULL, leased_until = NULL`);
    await running.get(HistoryRetention).round();
    expect(await inState(running, 'failed')).toMatchObject({ sealed_values: null, error: 'mail.expired' });
    await running.query('UPDATE mails SET created_at = $1', [new Date(Date.now() - 31 * day)]);
    await running.get(HistoryRetention).round();
    expect(await rows(running)).toEqual([]);
  });
});

describe('a mail server that refuses', () => {
  it('for good (5xx) is not asked again', async () => {
    let asked = 0;
    server = await MailServer.start({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, callback) => {
        asked += 1;
        callback(refusal(550, 'no such user here'));
      },
    });
    const running = await start(server.port);
    await running.ask(sendMail, verification('nobody@example.com'));
    const row = await inState(running, 'failed');
    expect(row).toMatchObject({ error: 'mail.answered-550', sealed_values: null });
    expect(JSON.stringify(row)).not.toContain('no such user');
    running.turn(mailPauses.maxDelay);
    await running.ask(mailStatus, {});
    expect(asked).toBe(1);
  });

  it('for now (4xx) is asked again', async () => {
    let asked = 0;
    server = await MailServer.start({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, callback) => {
        asked += 1;
        if (asked === 1) callback(refusal(451, 'greylisted'));
        else callback();
      },
    });
    const running = await start(server.port);
    await running.ask(sendMail, verification('ada@example.com'));
    await eventually(async () => expect((await rows(running))[0]?.['error']).toBe('mail.answered-451'));
    running.turn(mailPauses.maxDelay);
    await server.got(1);
    expect(await inState(running, 'sent')).toMatchObject({ tries: 2 });
  });
});

describe('replicas', () => {
  it('share the queue: each mail is sent once', async () => {
    server = await MailServer.start({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const running = await start(server.port);
    const second = await RunningNotifications.start(environment, {
      WAYBILL_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      WAYBILL_SMTP_STARTTLS: 'offered',
      WAYBILL_MAIL_FROM: 'packages@waybill.example',
    });
    try {
      const people = Array.from({ length: 20 }, () => `${randomUUID()}@example.com`);
      await Promise.all(people.map((to) => running.ask(sendMail, verification(to))));
      second.turn(0);
      await server.got(people.length);
      await eventually(async () => {
        expect((await rows(running)).map((row) => row['state'])).toEqual(people.map(() => 'sent'));
      });
      expect(server.mails.flatMap(({ to }) => to).toSorted()).toEqual(people.toSorted());
    } finally {
      await second.stop();
    }
  });
});
