/** Symlinks and segments followed, so that links that multiply each other cost no time. */
const maxHops = 40;
const maxSteps = 256;

/**
 * Where a symlink leads when followed on disk: through other symlinks of the archive, segment by segment.
 * @param symlinks target by path
 * @returns `escapes` when it leaves the archive's root on the way, `loops` when it does not end soon
 */
export function followSymlink(path: string, symlinks: ReadonlyMap<string, string>): 'inside' | 'escapes' | 'loops' {
  const at: string[] = path.split('/').slice(0, -1);
  const todo = segmentsOf(symlinks.get(path) ?? '');
  let hops = 0;
  let steps = 0;
  for (let segment = todo.pop(); segment !== undefined; segment = todo.pop()) {
    steps += 1;
    if (steps > maxSteps) return 'loops';
    if (segment === '..') {
      if (at.pop() === undefined) return 'escapes';
      continue;
    }
    at.push(segment);
    const target = symlinks.get(at.join('/'));
    if (target === undefined) continue;
    hops += 1;
    if (hops > maxHops) return 'loops';
    at.pop();
    todo.push(...segmentsOf(target));
  }
  return 'inside';
}

/** Whether the target leaves the root when read as text, as those do who extract no symlinks. */
export function escapesAsText(path: string, target: string): boolean {
  let depth = path.split('/').length - 1;
  for (const segment of target.split('/')) {
    if (segment === '..') depth -= 1;
    else if (segment !== '' && segment !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** Reversed, so that the next one can be popped. */
function segmentsOf(target: string): string[] {
  return target
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .reverse();
}
