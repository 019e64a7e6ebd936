/** A file of a repository: `acme/left-pad` and `.github/workflows/release.yml`. */
export interface WorkflowFile {
  readonly repository: string;
  readonly path: string;
}

/**
 * The file in `acme/left-pad/.github/workflows/release.yml@refs/tags/v1`. Both files and refs may contain `@` (pitfall 5, T8): what the
 * token says of its own ref is cut off; otherwise what follows the last `@`. A file is then never taken for a shorter one, as what
 * is left over of a ref stays with it. Undefined if it is not of that form.
 */
export function workflowFileOf(
  reference: string | undefined,
  ownRefs: readonly (string | undefined)[],
): WorkflowFile | undefined {
  if (reference === undefined) return undefined;
  const own = ownRefs.find((ref) => ref !== undefined && reference.endsWith(`@${ref}`));
  const end = own === undefined ? reference.lastIndexOf('@') : reference.length - own.length - 1;
  const [owner = '', name = '', ...path] = reference.slice(0, Math.max(end, 0)).split('/');
  if (owner === '' || name === '' || path.length === 0 || path.includes('')) return undefined;
  return { repository: `${owner}/${name}`, path: path.join('/') };
}
