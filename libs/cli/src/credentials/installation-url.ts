import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** The address of an installation without a trailing slash. A token goes over http to this machine alone. */
export function installationUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CliError(
      `${text} is no address of an installation: it looks like https://waybill.example`,
      exitCodes.usage,
    );
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    throw new CliError('A token is not sent over http to another machine: use https.', exitCodes.usage);
  }
  return url.href.replace(/\/+$/, '');
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
