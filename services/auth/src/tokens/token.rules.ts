import type { Action, PackagePurl, RepositoryId, TokenScope, TokenText } from '@waybill/domain';
import { actions, DomainError } from '@waybill/domain';

const packageWork: readonly Action[] = ['read', 'publish', 'metadata', 'yank', 'delete', 'restore'];

/** What a native login (npm, docker, …) gives: work with packages, nothing that manages people or tokens. */
export const nativeLoginScopes: readonly TokenScope[] = [{ actions: packageWork, on: { kind: 'everything' } }];

/** What a login gives whose person said, in the browser, that it may manage owners and members as well. */
export const accessLoginScopes: readonly TokenScope[] = [
  { actions: [...packageWork, 'manage-access'], on: { kind: 'everything' } },
];

/** What the command line gets, for as long as a browser session lives: everything that its person may do. */
export const managementLoginScopes: readonly TokenScope[] = [{ actions, on: { kind: 'everything' } }];

/** The scopes of a token that a native client asks for. `packages`: the only ones that it reaches. */
export function scopesOfWish(wish: {
  readonly readOnly: boolean;
  readonly packages?: readonly PackageOfScope[];
}): readonly TokenScope[] {
  const allowed: readonly Action[] = wish.readOnly ? ['read'] : packageWork;
  if (wish.packages === undefined) return [{ actions: allowed, on: { kind: 'everything' } }];
  return wish.packages.map(({ repositoryId, packagePurl: purl }) => ({
    actions: allowed,
    on: { kind: 'package', repositoryId, purl },
  }));
}

export interface PackageOfScope {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

export function isReadOnly(scopes: readonly TokenScope[]): boolean {
  return scopes.every((scope) => scope.actions.every((action) => action === 'read'));
}

/** The first characters of a token, by which its owner knows it again: 24 of its 238 random bits. */
export function shownPrefix(text: TokenText): string {
  return `${text.slice(0, 7)}…`;
}

/** What somebody else wrote, as one line: PostgreSQL stores no NUL, and no terminal should obey the rest. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

/** A scope of which each action is in some scope of the ceiling that reaches as far (security.md A4). */
export function isWithinCeiling(wanted: readonly TokenScope[], ceiling: readonly TokenScope[]): boolean {
  return wanted.every((scope) => scope.actions.every((action) => isCovered(action, scope.on, ceiling)));
}

function isCovered(action: Action, on: TokenScope['on'], ceiling: readonly TokenScope[]): boolean {
  return ceiling.some((scope) => scope.actions.includes(action) && reaches(scope.on, on));
}

function reaches(ceiling: TokenScope['on'], wanted: TokenScope['on']): boolean {
  switch (ceiling.kind) {
    case 'everything':
      return true;
    case 'organization':
      return 'organizationId' in wanted && ceiling.organizationId === wanted.organizationId;
    case 'pattern':
      return (
        wanted.kind === 'pattern' &&
        ceiling.organizationId === wanted.organizationId &&
        (ceiling.repositoryId === undefined || ceiling.repositoryId === wanted.repositoryId) &&
        wanted.purlPrefix.startsWith(ceiling.purlPrefix)
      );
    case 'repository':
      return 'repositoryId' in wanted && ceiling.repositoryId === wanted.repositoryId;
    case 'package':
      return wanted.kind === 'package' && ceiling.repositoryId === wanted.repositoryId && ceiling.purl === wanted.purl;
  }
}

export interface Lifetime {
  readonly now: Date;
  readonly wanted: Date | undefined;
  readonly defaultDays: number;
  readonly maxDays: number;
  /** When the token that creates this one expires. */
  readonly ceiling: Date | undefined;
}

/** When a new token expires. Throws `invalid` for a date that is past or too far, `forbidden` beyond the ceiling. */
export function expiryOf({ now, wanted, defaultDays, maxDays, ceiling }: Lifetime): Date {
  const longest = daysAfter(now, maxDays);
  if (wanted === undefined) return earliest([daysAfter(now, Math.min(defaultDays, maxDays)), ceiling]);
  if (wanted <= now || wanted > longest) {
    throw new DomainError('invalid', 'token.expiry', `A token expires in the future, within ${maxDays} days.`);
  }
  if (ceiling !== undefined && wanted > ceiling) {
    const message =
      'A token cannot create one that outlives it: sign in again, and make it within a quarter of an hour.';
    throw new DomainError('forbidden', 'token.beyond-ceiling', message);
  }
  return wanted;
}

function earliest(dates: readonly (Date | undefined)[]): Date {
  const times = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return new Date(Math.min(...times));
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}
