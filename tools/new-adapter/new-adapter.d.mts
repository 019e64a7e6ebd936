export function newAdapter(
  root: string,
  name: string,
  options?: { readonly entriesOnly?: boolean },
): Promise<readonly string[]>;
