import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.js';
import { MailServer } from '../mail-server.js';
import { signIn, withSession } from '../people.js';
import { Registry } from '../registry.js';
import { startWaybill, type WaybillProcess } from '../waybill-process.js';

const password = 'a password for tests';
let mailServer: MailServer;
let waybill: WaybillProcess;
let registry: Registry;
let browser: Browser;

beforeAll(async () => {
  [mailServer, browser] = await Promise.all([MailServer.start(), openBrowser()]);
  const environment = { ...mailServer.environment, WAYBILL_PASSWORD_COST: '4', WAYBILL_REGISTRATION: 'open' };
  waybill = await startWaybill({ environment });
  registry = new Registry(waybill.admin);
});

afterAll(async () => {
  await browser.close();
  await waybill.dispose();
  await mailServer.stop();
});

/** Follows a link as a person does; ends with what their browser asked for, and what it complained of. */
async function follow(link: string, then: (page: Page) => Promise<void>): Promise<void> {
  const [, secret = ''] = link.split('#');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const seen: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const { referer = '' } = request.headers();
      seen.push(new URL(request.url()).pathname, new URL(request.url()).search, referer);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(link);
    await page.waitForURL((url) => url.hash === '');
    expect(page.url()).not.toContain(secret);
    expect(await page.locator('input[name=secret]').first().getAttribute('type')).toBe('hidden');
    expect(await page.getByText('The code at the end').count()).toBe(0);
    await then(page);
    expect(page.url()).not.toContain(secret);
    expect(seen.join('\n')).not.toContain(secret);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

async function membersOf(organization: string): Promise<string[]> {
  const found = await registry.apiJson<{ items: { username: string }[] }>('GET', `/orgs/${organization}/members`);
  return found.items.map(({ username }) => username);
}

async function invite(email: string): Promise<string> {
  await registry.apiJson('POST', '/orgs/home/invitations', { email, role: 'member' });
  return mailServer.linkTo(email, /^Invitation to home$/);
}

describe('the links in mails', () => {
  it('make a member of somebody who had no account (W6)', async () => {
    await follow(await invite('nora@example.org'), async (page) => {
      await page.getByLabel('New username').fill('nora');
      await page.getByLabel('New password').fill(password);
      await page.getByRole('button', { name: 'Make an account and accept' }).click();
      await page.getByText('Welcome, nora').waitFor();
    });
    expect(await membersOf('home')).toContain('nora');
  });

  it('verify an address, make a member of who has it, and set a new password (W6)', async () => {
    const email = 'otto@example.org';
    await registry.apiJson('POST', '/users', { username: 'otto', password, email });
    const session = await signIn(registry, { username: 'otto', password });
    await withSession(registry, session, { method: 'POST', path: '/account/email-verification' });
    await follow(await mailServer.linkTo(email, /^Confirm your e-mail address$/), async (page) => {
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByText('Your e-mail address is confirmed').waitFor();
    });
    await follow(await invite(email), async (page) => {
      await page.getByLabel('Username', { exact: true }).fill('otto');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('Join home as otto?').waitFor();
      await page.getByRole('button', { name: 'Accept' }).click();
      await page.getByText('You are a member now').waitFor();
    });
    expect(await membersOf('home')).toContain('otto');
    const reset = await registry.apiJson<{ link: string }>('POST', '/users/otto/password-reset');
    await follow(reset.link, async (page) => {
      await page.getByLabel('New password').fill(`${password}, again`);
      await page.getByLabel('The same again').fill(`${password}, again`);
      await page.getByRole('button', { name: 'Set the password' }).click();
      await page.getByText('You have a new password').waitFor();
    });
    expect(await signIn(registry, { username: 'otto', password: `${password}, again` })).toContain('waybill_session=');
  });
});
