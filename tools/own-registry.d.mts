type Environment = Readonly<Record<string, string | undefined>>;

export function registrySettings(folder: string, environment: Environment): Record<string, string>;
export function isOwnRegistry(
  registry: string | undefined,
  environment: Environment,
  addresses?: readonly string[],
): boolean;
