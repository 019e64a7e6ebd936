import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.js';
import { Registry } from '../registry.js';

const registry = new Registry();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

describe('the page on which the management API is read', () => {
  it('shows it in a browser, from this origin alone and without breaking its own policy (W2)', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${registry.url}/`) && !url.startsWith('data:')) elsewhere.push(url);
    });
    // The reader draws what is looked at; a link leads to any operation.
    await page.goto(`${registry.url}/api/docs#/tokens/createToken`);
    const creation = page.locator('#operations-tokens-createToken');
    await creation.getByText('Idempotency-Key').first().waitFor();
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(await page.getByRole('button', { name: /try it out|authorize/i }).count()).toBe(0);
    await page.close();
  });
});
