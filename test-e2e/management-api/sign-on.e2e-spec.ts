import { mustSucceed, outputOf } from '@waybill/client-drivers';
import type { RunningOpenIdServer } from '@waybill/testing';
import { freePort, startOpenIdServer } from '@waybill/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.js';
import { CommandLine } from '../command-line.js';
import { Registry } from '../registry.js';
import type { WaybillProcess } from '../waybill-process.js';
import { startWaybill } from '../waybill-process.js';

let provider: RunningOpenIdServer;
let waybill: WaybillProcess;
let browser: Browser;

beforeAll(async () => {
  const port = await freePort();
  provider = await startOpenIdServer(`http://127.0.0.1:${port}/login/sign-on/return`);
  [waybill, browser] = await Promise.all([
    startWaybill({
      port,
      environment: {
        WAYBILL_SIGN_ON_ISSUER: provider.issuer,
        WAYBILL_SIGN_ON_CLIENT_ID: provider.clientId,
        WAYBILL_SIGN_ON_CLIENT_SECRET: provider.clientSecret,
        WAYBILL_SIGN_ON_NAME: 'Acme ID',
      },
    }),
    openBrowser(),
  ]);
});

afterAll(async () => {
  await browser.close();
  await waybill.dispose();
  await provider.stop();
});

describe('people of an OpenID provider', () => {
  it('sign the command line in through their browser, and are in the teams that their groups give', async () => {
    const registry = new Registry(waybill.admin);
    await registry.apiJson('POST', '/orgs/home/group-mappings', {
      provider: 'oidc',
      group: 'platform',
      role: 'member',
    });
    provider.account = { sub: 'u-1', preferred_username: 'Grace.H', name: 'Grace', groups: ['platform'] };
    await using person = await CommandLine.open(waybill.url);
    const login = await person.runWith(
      {
        when: /(http:\/\/127\.0\.0\.1:\d+\/login\/\S+)/,
        act: async ([address = '']) => {
          const page = await browser.newPage();
          await page.goto(address);
          await page.getByRole('link', { name: 'Sign in with Acme ID' }).click();
          await page.getByRole('button', { name: 'Confirm' }).click();
          await page.getByText('Your client is signed in').waitFor();
          await page.context().close();
        },
      },
      ...['login', waybill.url, '--no-open'],
    );
    expect(outputOf(mustSucceed(login))).toContain('as grace-h');
    expect(outputOf(login)).not.toMatch(/wb-[0-9A-Za-z]{46}/);
    expect(await person.json('whoami')).toMatchObject({ username: 'grace-h' });
    expect(await person.rows('members', 'list', 'home')).toContainEqual(
      expect.objectContaining({ username: 'grace-h', role: 'member' }),
    );
  });
});
