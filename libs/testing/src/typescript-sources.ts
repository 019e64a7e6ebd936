import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// Loaded with --import into the processes of the tests, and so into the worker threads that services start there: Node
// strips types by itself, but `./x.js` of a source is `./x.ts` until it is built. What Vitest loads does not come here.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context;
    if (parentURL?.endsWith('.ts') !== true || !/^\.{1,2}\/.*\.js$/.test(specifier)) {
      return nextResolve(specifier, context);
    }
    const built = new URL(specifier, parentURL);
    const source = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    return nextResolve(existsSync(fileURLToPath(built)) ? specifier : source.href, context);
  },
});
