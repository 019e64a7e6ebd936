/**
 * Every address of this protocol is the same with its last slash and without it: before routing, and so once for every route
 * and its authorization, it goes. Where clients have to be led to the one with the slash, the handler looks at what they sent.
 */
export function canonicalTarget(target: string): string {
  return target.replace(/^((?:\/pypi\/|\/_\/oidc\/)[^?]*[^/?])\/(?=\?|$)/, '$1');
}

/** Whether the path of a target ends in a slash. */
export function endsInSlash(target: string): boolean {
  return /^[^?]*\/(?:\?|$)/.test(target);
}
