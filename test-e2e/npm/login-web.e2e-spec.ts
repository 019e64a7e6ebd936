import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();
const { username, password } = registry.admin;
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

/** What a person does at the address that the client shows, with a browser that knows nobody yet. */
async function signIn(url: string, secret: string, then: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await then(page);
  } finally {
    await context.close();
  }
}

describe.each(npmClientTools.filter((tool) => tool.capabilities.loginWeb !== undefined))('$id', ({ id }) => {
  it('logs in when a person confirms it in a browser, and publishes with what it got', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    const login = await client.loginWeb((url) =>
      signIn(url, password, async (page) => {
        await page.getByRole('button', { name: 'Confirm' }).click();
        await page.getByText('Your client is signed in').waitFor();
      }),
    );
    mustSucceed(login);
    expect(outputOf(login)).not.toMatch(/wb-[0-9A-Za-z]{46}/);
    expect(outputOf(mustSucceed(await client.whoami()))).toContain(username);
    const name = unique('after-web-login');
    mustSucceed(await client.publish(await makePackage(join(client.box.work, name), { name, version: '1.0.0' })));
  });
});

// pnpm's own and berry go on asking for minutes.
describe.each(['npm-11', 'npm-12', 'pnpm-10'] as const)('%s', (id) => {
  it('gets nothing when the person refuses', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    const login = await client.loginWeb((url) =>
      signIn(url, password, (page) => page.getByRole('button', { name: 'Refuse' }).click()),
    );
    expect(login.exitCode).not.toBe(0);
    expect((await client.whoami()).exitCode).not.toBe(0);
  });
});

describe('the page', () => {
  it('asks again when the password is wrong, and shows no script, frame or foreign address', async () => {
    const started = await fetch(`${registry.registryUrl()}-/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { loginUrl } = (await started.json()) as { loginUrl: string };
    const policy = (await fetch(loginUrl)).headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    await signIn(loginUrl, 'not the password', async (page) => {
      await page.getByRole('alert').waitFor();
      expect(await page.getByLabel('Username').inputValue()).toBe(username);
      expect(await page.locator('script, iframe, img').count()).toBe(0);
    });
  });
});
