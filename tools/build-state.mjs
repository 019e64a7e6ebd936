import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A hash over all that is built from; it is the same before and after a build. */
export function hashOfSources(root) {
  const paths = packagesIn(root).flatMap((folder) => [
    join(folder, 'package.json'),
    ...filesBelow(join(folder, 'src')),
  ]);
  return hashOf(paths, (path) => {
    const { mtimeMs, size } = statSync(path);
    return `${path}:${mtimeMs}:${size}`;
  });
}

/** Whether no package has lost what was built of it. */
export function everythingIsBuilt(root) {
  return packagesIn(root).every((folder) => !existsSync(join(folder, 'src')) || existsSync(join(folder, 'dist')));
}

/** A hash over the contents of files, or over what `describe` says of them; that one is missing counts as well. */
export function hashOf(paths, describe = (path) => readFileSync(path)) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(existsSync(path) ? describe(path) : 'absent').update('\0');
  return hash.digest('hex');
}

function packagesIn(root) {
  return ['libs', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
