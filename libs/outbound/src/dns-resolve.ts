import { lookup as systemLookup, type LookupAddress, Resolver } from 'node:dns';
import type { Resolve } from './guarded-dispatcher.js';

interface DnsResolveOptions {
  /** Names that are looked up as the machine does it, by its files and search domains: those that the operator has named. */
  readonly isSystemName: (hostname: string) => boolean;
  /** Of one question to one server; there is one more try. 1500 unless said. */
  readonly timeoutMilliseconds?: number;
  /** `127.0.0.1:53`; those of the machine unless said. */
  readonly servers?: readonly string[];
}

/**
 * Asks DNS for names itself, in full. The resolver of the system keeps one of the few threads of the process busy until it has an answer,
 * which also read files and verify signatures: four names whose servers are silent would stop everybody. This one waits for as
 * many as there are without a thread.
 */
export function dnsResolve({ isSystemName, timeoutMilliseconds = 1500, servers }: DnsResolveOptions): Resolve {
  const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return (hostname, options, callback) => {
    if (isSystemName(hostname)) {
      systemLookup(hostname, options, callback);
      return;
    }
    // The other one is left out where one is asked for.
    const families = ([4, 6] as const).filter((family) => options.family !== 10 - family);
    Promise.all(families.map((family) => ask(resolver, hostname, family))).then(
      (answers) => {
        const addresses = answers.flatMap((answer) => answer.addresses);
        callback(addresses.length > 0 ? null : (answers[0]?.error ?? null), addresses);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error('The name cannot be resolved.'), []);
      },
    );
  };
}

interface DnsAnswer {
  readonly addresses: readonly LookupAddress[];
  readonly error: NodeJS.ErrnoException | null;
}

/** What one kind of addresses is; that there are none is an answer, too. */
function ask(resolver: Resolver, hostname: string, family: 4 | 6): Promise<DnsAnswer> {
  return new Promise((settle) => {
    const done = (error: NodeJS.ErrnoException | null, found: readonly string[] = []) => {
      settle({ error, addresses: found.map((address) => ({ address, family })) });
    };
    if (family === 4) resolver.resolve4(hostname, done);
    else resolver.resolve6(hostname, done);
  });
}
