import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapInstallation, createRepository, issueTokenForPassword } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import type { BusAddress } from '@waybill/messaging';
import { connectBus, operatorUser, RequestClient } from '@waybill/messaging';
import { z } from 'zod';
import { untilServed } from './first-repository.js';
import type { Installation } from './installation.js';

const fileName = 'first-admin.json';
const username = 'admin';
const organization = 'home';
const repository = 'main';
// Hashing the first password on a busy machine takes its time.
const patience = { timeoutMs: 30_000 };

const firstAdmin = z.object({
  url: z.string(),
  username: z.string(),
  password: z.string(),
  token: z.string().optional(),
});
export type FirstAdmin = z.infer<typeof firstAdmin>;

/**
 * Makes sure that there is an administrator, an organization and a public repository, so that the first publish needs
 * nothing else. The password is on disk before it is used, so that a start that is killed halfway is gone on with.
 */
export async function ensureFirstAdmin(installation: Installation): Promise<FirstAdmin> {
  const path = join(installation.directory.path, fileName);
  const known = await read(path);
  const url = installation.externalUrl;
  if (known?.token !== undefined) {
    const admin = { ...known, url };
    if (known.url !== url) await write(path, admin);
    return admin;
  }
  const password = known?.password ?? randomBytes(18).toString('base64url');
  await write(path, { url, username, password });
  const { natsUrl, operatorPassword } = installation;
  const operator = { url: natsUrl, user: operatorUser, password: operatorPassword, service: operatorUser };
  const token = await beginInstallation(operator, password);
  const admin = { url, username, password, token };
  await write(path, admin);
  await untilServed(installation.listenUrl, repository);
  return admin;
}

/**
 * The first administrator, the organization and the public repository; what is there already is left as it is. Resolves to
 * a token of the administrator. Errors: `conflict` `first-admin.lost`, those of `auth` and `publish`.
 */
export async function beginInstallation(operator: BusAddress, password: string): Promise<string> {
  const connection = await connectBus(operator);
  const requests = new RequestClient(connection, { service: operator.service });
  try {
    const bootstrapped = await requests.ask(bootstrapInstallation, { username, password, organization }, patience);
    if (bootstrapped.organizationId === null) {
      throw new DomainError(
        'conflict',
        'first-admin.lost',
        'There are users already, but not the first administrator.',
      );
    }
    await requests.ask(
      createRepository,
      {
        slug: repository,
        organizationId: bootstrapped.organizationId,
        visibility: 'public',
        createdBy: 'operator',
      },
      patience,
    );
    if (bootstrapped.created) return bootstrapped.token;
    const description = 'First token';
    const login = { username, password, description, clientAddress: '127.0.0.1' };
    return (await requests.ask(issueTokenForPassword, login, patience)).token;
  } finally {
    await connection.drain();
  }
}

async function read(path: string): Promise<FirstAdmin | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : firstAdmin.parse(JSON.parse(text));
}

async function write(path: string, admin: FirstAdmin): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(admin, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
