/**
 * The package and the file that the address of a tarball names (`https://host/npm/main/@acme/a/-/a-1.0.0.tgz`), the name
 * with or without its slash encoded. Undefined for what is no such address. Whose host and repository it is says nothing.
 */
export function tarballIn(address: string): { readonly name: string; readonly file: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, pathname, search, hash } = new URL(address);
  if ((protocol !== 'https:' && protocol !== 'http:') || search !== '' || hash !== '') return undefined;
  const [before = '', file, ...more] = decoded(pathname)?.split('/-/') ?? [];
  if (file === undefined || more.length > 0 || file.includes('/')) return undefined;
  const [scope = '', name = ''] = before.split('/').slice(-2);
  return { name: scope.startsWith('@') ? `${scope}/${name}` : name, file };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
