import { DomainError } from '@waybill/domain';
import { parseField } from '@waybill/management-api';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { fromCircleci, fromForgejo, fromGithub, fromGitlab, fromGoogle } from '@waybill/trusted-publishing';
import { z } from 'zod';
import { isOfSame, soundRule } from './publisher-rule.rules.js';

const word = z.string().min(1).max(500);
const common = {
  issuer: z.string().min(1).max(400).exactOptional(),
  environment: word.exactOptional(),
  pinned: z.record(word, word).exactOptional(),
};

/** Whose tokens, in the words of the providers that most people use; see `libs/trusted-publishing`. */
const words = {
  github: z.strictObject({
    ...common,
    owner: word,
    repository: word,
    workflow: word,
    matched: z.union([z.enum(['started', 'job']), z.strictObject({ jobOf: word })]).exactOptional(),
  }),
  gitlab: z.strictObject({ ...common, projectPath: word, configurationFile: word.default('.gitlab-ci.yml') }),
  forgejo: z.strictObject({
    issuer: z.string().min(1).max(400),
    pinned: common.pinned,
    owner: word,
    repository: word,
    workflow: word,
  }),
  circleci: z.strictObject({
    issuer: common.issuer,
    organizationId: word,
    projectId: word,
    pipelineDefinitionId: word,
    vcsOrigin: word,
    contextIds: z.array(word).max(10).exactOptional(),
  }),
  google: z.strictObject({ email: word, sub: word.exactOptional() }),
} as const;

/** What a rule demands besides; null takes it away (RFC 7396). */
const context = z.strictObject({
  environment: word.nullish(),
  refs: z.array(word).min(1).max(20).nullish(),
  requireProtectedRef: z.boolean().nullish(),
  events: z.array(word).min(1).max(20).nullish(),
  runner: z.enum(['hosted', 'self-hosted', 'any']).nullish(),
});

export interface SaidRule {
  readonly github?: unknown;
  readonly gitlab?: unknown;
  readonly forgejo?: unknown;
  readonly circleci?: unknown;
  readonly google?: unknown;
  /** `{provider, issuer, conditions, pinned?, …}` as libs/trusted-publishing has it, without its id. */
  readonly rule?: unknown;
  readonly environment?: unknown;
  readonly refs?: unknown;
  readonly requireProtectedRef?: unknown;
  readonly events?: unknown;
  readonly runner?: unknown;
}

/**
 * The rule that a body says, over the one before where there is one. Throws `invalid` `request.invalid`,
 * `trusted-publisher.malformed`, `trusted-publisher.too-wide` and `trusted-publisher.untrusted-event`.
 */
export function ruleOf(said: SaidRule, before?: TrustedPublisherDraft): TrustedPublisherDraft {
  const { environment, refs, requireProtectedRef, events, runner, ...named } = said;
  const whose = baseOf(named) ?? before;
  if (whose === undefined) throw notOne();
  const wanted = parseField(context, { environment, refs, requireProtectedRef, events, runner }, 'body');
  const changed = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const merged = { ...whose, ...Object.fromEntries(changed) };
  const rule = soundRule(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
  // What was pinned stays, unless the repository is another one or the pins are said themselves.
  const keeps = before !== undefined && !saysPins(named) && isOfSame(before, rule);
  return keeps ? { ...rule, pinned: before.pinned } : rule;
}

function saysPins(said: SaidRule): boolean {
  return Object.values(said).some((value) => typeof value === 'object' && value !== null && 'pinned' in value);
}

function baseOf(said: SaidRule): object | undefined {
  const named: readonly (readonly [string, unknown])[] = Object.entries(said);
  const [first, ...more] = named.filter(([, value]) => value !== undefined);
  if (more.length > 0) throw notOne();
  if (first === undefined) return undefined;
  const [key, value] = first;
  switch (key) {
    case 'github':
      return fromGithub(parseField(words.github, value, 'body.github'));
    case 'gitlab':
      return fromGitlab(parseField(words.gitlab, value, 'body.gitlab'));
    case 'forgejo':
      return fromForgejo(parseField(words.forgejo, value, 'body.forgejo'));
    case 'circleci':
      return fromCircleci(parseField(words.circleci, value, 'body.circleci'));
    case 'google':
      return fromGoogle(parseField(words.google, value, 'body.google'));
    default:
      return { pinned: {}, ...parseField(z.record(z.string(), z.unknown()), value, 'body.rule') };
  }
}

function notOne(): DomainError {
  const message = 'Say whose tokens in exactly one of github, gitlab, forgejo, circleci, google and rule.';
  return new DomainError('invalid', 'trusted-publisher.malformed', message, {
    details: { errors: [{ field: 'body', code: 'trusted-publisher.malformed', message }] },
  });
}
