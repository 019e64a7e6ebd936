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
    'Ctrl-C stops it.',
    '',
  ];
  return lines.join('\n');
}
