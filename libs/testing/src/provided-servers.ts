/** What vitest-integration-setup.ts hands to the specs. */
export interface ProvidedServers {
  /** A superuser's URL of the database `postgres`. */
  readonly postgresAdminUrl: string;
  /** Path of the program. */
  readonly natsServer: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    waybillServers: ProvidedServers;
  }
}

/** Vitest is imported when it is asked for: this package is also used by programs that run outside of it. */
export async function providedServers(): Promise<ProvidedServers> {
  const { inject } = await import('vitest');
  return inject('waybillServers');
}
