import type { DocumentedRoute } from '../controllers-of.js';
import { nouns } from './nouns.js';

/** Names of handlers that say what is done and not to what, as a client's method would begin. */
const verbs: Readonly<Record<string, string>> = {
  list: 'list',
  create: 'create',
  add: 'add',
  view: 'get',
  change: 'update',
  remove: 'delete',
};

/**
 * The name of an operation as a method of a client: `listUsers`, `createUser`, `approveHeldRelease`. From controller and
 * handler; a handler whose name has several words has said it all (`changePassword`).
 */
export function operationName({ controller, handler, method }: DocumentedRoute): string {
  const nouns = controller.replace(/(Http)?Controller$/, '');
  const verb = Object.hasOwn(verbs, handler) ? verbs[handler] : undefined;
  if (verb === undefined && /[A-Z]/.test(handler)) return handler;
  if (verb === undefined && method === 'GET') return `get${singular(nouns)}${capital(handler)}`;
  return `${verb ?? handler}${handler === 'list' ? nouns : singular(nouns)}`;
}

/** The noun of a route, for its chapter: the last fixed part of its controller's path, or the first of its own. */
export function tagOf({ type, path }: DocumentedRoute): string {
  const ofController = Reflect.getMetadata('path', type) as string | string[] | undefined;
  const parts = fixedParts([ofController ?? ''].flat()[0] ?? '');
  // The audit log is one chapter.
  const own = parts[0] === 'audit' ? 'audit' : parts.at(-1);
  const noun = own ?? fixedParts(path)[0] ?? 'general';
  const plurals = [noun, `${noun}s`, noun.replace(/y$/, 'ies')];
  return plurals.find((name) => Object.hasOwn(nouns, name)) ?? noun;
}

function fixedParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== 'api' && part !== 'v1' && !part.startsWith(':'));
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function singular(nouns: string): string {
  if (nouns.endsWith('ies')) return `${nouns.slice(0, -3)}y`;
  return nouns.endsWith('ss') ? nouns : nouns.replace(/s$/, '');
}
