import { z } from 'zod';
import { cell } from '../output/show.js';

const event = z.object({
  position: z.number(),
  at: z.string(),
  actor: z.string(),
  actorUserId: z.string().nullable().optional(),
  action: z.string(),
  target: z.string(),
  outcome: z.string(),
  clientAddress: z.string().nullable().optional(),
  details: z.record(z.string(), z.unknown()).nullable().optional(),
});

const longestDetails = 160;

/** An entry of the audit log as a row for people; `named` puts names where ids are. */
export function auditRow(entry: unknown, named: (text: string) => string): unknown {
  const known = event.safeParse(entry);
  if (!known.success) return entry;
  const { actor, actorUserId, target, details, clientAddress: from, ...same } = known.data;
  const person = typeof actorUserId === 'string' ? named(actorUserId) : undefined;
  return {
    ...same,
    from,
    actor:
      person === undefined || actor.startsWith('user:') ? thing(named(actor)) : `${person} (${thing(named(actor))})`,
    target: thing(named(target)),
    details: shortened(named(detailsText(details ?? {}))),
  };
}

/** `team:web` as "team web", and a person by their name alone. */
function thing(text: string): string {
  return text.replace(/^user:/, '').replace(/^([a-z-]+):(?!\/\/)/, '$1 ');
}

/** What a change was: what it is about, and what was before and is now. */
function detailsText({ before, after, ...about }: Readonly<Record<string, unknown>>): string {
  const change = [
    ...(hasSomething(before) ? [`was ${cell(plain(before))}`] : []),
    ...(hasSomething(after) ? [`now ${cell(plain(after))}`] : []),
  ];
  return [cell(plain(about)), ...change].filter((text) => text !== '').join('; ');
}

function hasSomething(value: unknown): boolean {
  return value !== null && value !== undefined && cell(value) !== '';
}

/** Without what only programs want: `{teamId}` as `{team}`, and no kinds, since what follows says it. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^(organization|repository|package|team):(?=[^/])/, '$1 ');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name, below]) => name !== 'kind' && hasSomething(below));
  return Object.fromEntries(entries.map(([name, below]) => [name.replace(/Id$/, ''), plain(below)]));
}

function shortened(text: string): string {
  return text.length <= longestDetails ? text : `${text.slice(0, longestDetails)}…`;
}
