// Not by its index: that one also mocks the process's own network.
import { tufHandlers } from '@tufjs/repo-mock/dist/handler.js';
import { initializeTUFRepo } from '@tufjs/repo-mock/dist/repo.js';
import type { Routes } from './local-internet.js';

/** Where sigstore's clients look for what to trust, unless they are told otherwise. */
export const tufHost = 'tuf-repo-cdn.sigstore.dev';

export interface TufRepository {
  /** What a client has to start from (TUF specification §5.2): its only trust in the repository. */
  readonly root: string;
  readonly routes: Routes;
}

/** A repository with these targets, signed with a key of its own. It has no `keys.json` of any registry. */
export function makeTufRepository(targets: Readonly<Record<string, string>>): TufRepository {
  const named = Object.entries(targets).map(([name, content]) => ({ name, content }));
  const repository = initializeTUFRepo(named);
  const handlers = tufHandlers(repository, { metadataPathPrefix: '', targetPathPrefix: '/targets' });
  return {
    root: JSON.stringify(repository.rootMeta.toJSON()),
    routes: new Map(handlers.map(({ path, fn }) => [path, fn])),
  };
}
