import type { FirstAdmin } from './first-admin.js';
import { services } from './services.js';

/**
 * What a person needs right after the start. The token is in the file only, so that it stays out of scrollback and logs; so
 * is the password where nobody but a log reads along (`showsPassword`).
 */
export function greeting(admin: FirstAdmin, adminFile: string, showsPassword: boolean): string {
  const snippets = services.flatMap((service) => service.edge?.snippets ?? []);
  const lines = [
    '',
    `Waybill is ready at ${admin.url}`,
    ...(isOfThisMachine(admin.url)
      ? [
          'Only this machine reaches that address. For others, set WAYBILL_HOST and WAYBILL_EXTERNAL_URL (see README.md).',
        ]
      : []),
    '',
    `  sign in as   ${admin.username}`,
    ...(showsPassword
      ? [`  password     ${admin.password}`, `  (these and a token are in ${adminFile})`]
      : [`  password     is in ${adminFile}, with a token`]),
    '',
    ...snippets.flatMap(({ client, text }) => [
      `  ${client}`,
      ...text
        .replaceAll('$url', admin.url)
        .split('\n')
        .map((line) => `    ${line}`),
      '',
    ]),
    '  The command line, and the management API',
    `    npx waybill login ${admin.url}     in this folder; npx waybill --help has the rest`,
    `    ${admin.url}/api/docs`,
    '',
    'Ctrl-C stops it.',
    '',
  ];
  return lines.join('\n');
}

/** `0.0.0.0` as the host does not say under which name others reach it: the address is this machine's then, too. */
function isOfThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
