import type { Column } from '../output/show.js';

/** Columns by their names in the API: `columns('name', 'createdAt:since')` heads the second with SINCE. */
export function columns(...names: readonly string[]): readonly Column[] {
  return names.map((name) => {
    const [from = name, title = from] = name.split(':');
    return { from, title };
  });
}
