export function hashOfSources(root: string): string;
export function everythingIsBuilt(root: string): boolean;
export function hashOf(paths: readonly string[], describe?: (path: string) => string | Buffer): string;
