import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '@waybill/embedded-servers';
import { execa } from 'execa';

import { eventually } from './eventually.js';

const program = '/usr/sbin/slapd';
const schemas = ['core', 'cosine', 'inetorgperson'];
const startsWithinMs = 20_000;

export interface OpenLdapSettings {
  /** `dc=acme,dc=example` */
  readonly suffix: string;
  readonly rootPassword: string;
  /** For `StartTLS`, in PEM. */
  readonly tls?: { readonly certificate: string; readonly privateKey: string };
}

export interface RunningOpenLdap {
  /** `ldap://127.0.0.1:<port>` */
  readonly url: string;
  /** Who may do everything in it. */
  readonly rootDn: string;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** One sentence why there can be no OpenLDAP here, or undefined. In CI (`CI` is set) that is an error instead. */
export async function whyOpenLdapIsMissing(): Promise<string | undefined> {
  const found = await access(program).then(
    () => true,
    () => false,
  );
  if (found) return undefined;
  const reason = 'These tests need OpenLDAP (Debian: apt-get install slapd).';
  if (process.env['CI'] !== undefined) throw new Error(reason);
  return reason;
}

/** A real slapd with an empty database. */
export async function startOpenLdap({ suffix, rootPassword, tls }: OpenLdapSettings): Promise<RunningOpenLdap> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-ldap-'));
  await mkdir(join(directory, 'data'));
  const rootDn = `cn=root,${suffix}`;
  const lines = [
    ...schemas.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${join(directory, 'slapd.pid')}`,
  ];
  if (tls !== undefined) {
    const [certificate, privateKey] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
    await writeFile(certificate, tls.certificate);
    await writeFile(privateKey, tls.privateKey, { mode: 0o600 });
    lines.push(`TLSCertificateFile ${certificate}`, `TLSCertificateKeyFile ${privateKey}`);
  }
  lines.push('database mdb', `suffix "${suffix}"`, `rootdn "${rootDn}"`, `rootpw "${rootPassword}"`);
  lines.push(`directory ${join(directory, 'data')}`, 'maxsize 33554432');
  const config = join(directory, 'slapd.conf');
  await writeFile(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const url = `ldap://127.0.0.1:${await freePort()}`;
  const server = execa(program, ['-f', config, '-h', url, '-d', 'none'], {
    reject: false,
    all: true,
    maxBuffer: 1024 * 1024,
    forceKillAfterDelay: 5000,
  });
  async function stop(): Promise<void> {
    server.kill();
    await server;
    await rm(directory, { recursive: true, force: true });
  }
  try {
    const ended = server.then(({ all }) => Promise.reject(new Error(`OpenLDAP ended at start: ${all}`)));
    const port = Number(new URL(url).port);
    await Promise.race([eventually(() => answers(port), { timeoutMs: startsWithinMs }), ended]);
    ended.catch(() => undefined);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, rootDn, stop };
}

async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
