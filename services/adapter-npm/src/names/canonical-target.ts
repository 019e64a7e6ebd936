// `/npm/<repository>/[-/package/]@scope/name…`, with the slash as sent or encoded in either case.
const scoped = /^(\/npm\/[^/?]+\/(?:-\/package\/)?)(?:@|%40)([^/?%]+)(?:\/|%2[fF])([^/?]+)/;

/**
 * Clients write the slash of a scoped name as `/`, `%2f` or `%2F` (protocol notes 1(f) 1). Before routing, and so once for
 * every route and its authorization, all become `@scope%2fname`. Nothing else of the target is touched.
 */
export function canonicalTarget(target: string): string {
  return target.replace(scoped, (_whole, before: string, scope: string, name: string) =>
    scope === '-' || name === '-' ? _whole : `${before}@${scope}%2f${name}`,
  );
}
