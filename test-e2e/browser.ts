import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of this machine, without a window. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await browserProgram(),
    // Its sandbox needs another user than root; what it opens here are our own pages.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

async function browserProgram(): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const file of folders.flatMap((folder) => programs.map((program) => join(folder, program)))) {
    if (await isThere(file)) return file;
  }
  throw new Error('These tests need Chromium or Chrome on PATH (Debian: apt-get install chromium).');
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
