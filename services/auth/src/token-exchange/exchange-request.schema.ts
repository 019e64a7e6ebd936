import { packagePurl } from '@waybill/contracts';
import type { Action, PackagePurl } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import { maxTokenLength } from '@waybill/trusted-publishing';
import { z } from 'zod';
import { publisherActions } from '../trusted-publishers/publisher-actions.rules.js';

export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
/** An ID token is a JWT; clients say either. */
const subjectTokenTypes = [
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:jwt',
] as const;

const maxText = 2000;
const text = z.string().min(1).max(maxText);

/** RFC 8693 §2.1, as a form or as JSON. A parameter that comes twice is refused (RFC 6749 §3.2); others are not looked at. */
const parameters = z.object({
  grant_type: text,
  subject_token: z.string().min(1).max(maxTokenLength),
  subject_token_type: text,
  requested_token_type: text.optional(),
  // Nobody acts for somebody else here.
  actor_token: z.never().optional(),
  resource: text.optional(),
  scope: text.optional(),
  package: text.optional(),
  repository: text.optional(),
});

/** What is asked for, apart from by whom. */
export interface ParsedExchange {
  readonly idToken: string;
  readonly ecosystem: string | undefined;
  readonly packagePurl: PackagePurl | undefined;
  readonly repository: string | undefined;
  readonly actions: readonly Action[] | undefined;
}

/**
 * What a request asks for. `resource` is a purl, or the address of a repository of this installation as clients are given it. Errors are
 * those of the OAuth registry, as the rest of the code: `oidc.unsupported-grant-type`, `oidc.request-malformed`, `oidc.target-unknown`,
 * `oidc.scope-unknown`.
 */
export function parseExchange(body: unknown, externalUrl: string): ParsedExchange {
  const parsed = parameters.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`The parameter ${issue?.path.map(String).join('.') || 'list'} is missing, or not as it has to be.`);
  }
  const given = parsed.data;
  if (given.grant_type !== tokenExchangeGrant) {
    throw new DomainError('invalid', 'oidc.unsupported-grant-type', `The grant_type is ${tokenExchangeGrant}.`);
  }
  if (!subjectTokenTypes.some((known) => known === given.subject_token_type)) {
    throw malformed(`The subject_token_type is ${subjectTokenTypes.join(' or ')}.`);
  }
  if (given.requested_token_type !== undefined && given.requested_token_type !== accessTokenType) {
    throw malformed(`The requested_token_type is ${accessTokenType}.`);
  }
  const target = targetOf(given, externalUrl);
  return { idToken: given.subject_token, ...target, actions: actionsOf(given.scope) };
}

function targetOf(
  given: z.infer<typeof parameters>,
  externalUrl: string,
): Pick<ParsedExchange, 'ecosystem' | 'packagePurl' | 'repository'> {
  const named = given.resource === undefined ? {} : resourceOf(given.resource, externalUrl);
  const purl = given.package === undefined ? undefined : purlOf(given.package);
  const repository = given.repository ?? named.repository;
  const isTwofold =
    (purl !== undefined && named.packagePurl !== undefined) ||
    (given.repository !== undefined && named.repository !== undefined && given.repository !== named.repository);
  if (isTwofold) throw malformed('The resource and the other parameters name different things.');
  if (repository !== undefined && !isSlug(repository)) throw unknownTarget();
  const one = purl ?? named.packagePurl;
  const ecosystem = one === undefined ? named.ecosystem : ecosystemOf(one);
  if (named.ecosystem !== undefined && ecosystem !== named.ecosystem) throw unknownTarget();
  return { ecosystem, packagePurl: one, repository };
}

interface NamedResource {
  readonly ecosystem?: string;
  readonly packagePurl?: PackagePurl;
  readonly repository?: string;
}

function resourceOf(resource: string, externalUrl: string): NamedResource {
  if (resource.startsWith('pkg:')) return { packagePurl: purlOf(resource) };
  const base = externalUrl.replace(/\/+$/, '');
  const path = resource.startsWith(`${base}/`) ? resource.slice(base.length + 1) : '';
  const [first = '', repository = ''] = path.split('/', 2);
  const ecosystem = purlTypes.get(first);
  if (ecosystem === undefined || !isSlug(repository)) throw unknownTarget();
  return { ecosystem, repository };
}

/** How addresses of repositories begin (architecture.md §8), and the type of the purls that are there. */
const purlTypes: ReadonlyMap<string, string> = new Map([
  ['npm', 'npm'],
  ['pypi', 'pypi'],
  ['cargo', 'cargo'],
  ['nuget', 'nuget'],
  ['maven', 'maven'],
  ['rubygems', 'gem'],
  ['composer', 'composer'],
  ['conda', 'conda'],
  ['v2', 'oci'],
]);

function purlOf(value: string): PackagePurl {
  const parsed = packagePurl.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed('A package is given as its package URL without a version: pkg:npm/left-pad.');
}

function ecosystemOf(purl: PackagePurl): string {
  return purl.slice('pkg:'.length, purl.indexOf('/'));
}

/** Space-separated permissions (RFC 6749 §3.3). */
function actionsOf(scope: string | undefined): readonly Action[] | undefined {
  if (scope === undefined) return undefined;
  return scope
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const known = publisherActions.find((action) => action === word);
      if (known !== undefined) return known;
      const message = `A scope is a list of permissions with spaces between them: ${publisherActions.join(' ')}.`;
      throw new DomainError('invalid', 'oidc.scope-unknown', message);
    });
}

function malformed(message: string): DomainError {
  return new DomainError('invalid', 'oidc.request-malformed', message);
}

function unknownTarget(): DomainError {
  const message = 'The resource is no package URL, and no address of a repository of this installation.';
  return new DomainError('invalid', 'oidc.target-unknown', message);
}
