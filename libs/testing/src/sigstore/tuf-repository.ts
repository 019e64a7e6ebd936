import type { Routes } from './local-internet.js';

/** Where sigstore's clients look for what to trust, unless they are told otherwise. */
export const tufHost = 'tuf-repo-cdn.sigstore.dev';

export interface TufRepository {
  /** What a client has to start from (TUF specification §5.2): its only trust in the repository. */
  readonly root: string;
  readonly routes: Routes;
}

/** A repository with these targets, signed with a key of its own. It has no `keys.json` of any registry. */
export async function makeTufRepository(targets: Readonly<Record<string, string>>): Promise<TufRepository> {
  // Not by its index, which also mocks the process's own network; and not before it is needed.
  const { tufHandlers } = await import('@tufjs/repo-mock/dist/handler.js');
  const { initializeTUFRepo } = await import('@tufjs/repo-mock/dist/repo.js');
  const named = Object.entries(targets).map(([name, content]) => ({ name, content }));
  const repository = initializeTUFRepo(named);
  const handlers = tufHandlers(repository, { metadataPathPrefix: '', targetPathPrefix: '/targets' });
  return {
    root: JSON.stringify(repository.rootMeta.toJSON()),
    routes: new Map(handlers.map(({ path, fn }) => [path, () => fn()])),
  };
}
