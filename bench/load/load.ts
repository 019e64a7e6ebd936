/** What is asked for, again and again, over kept-alive connections. */
export interface LoadRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

export interface LoadGenerator {
  readonly name: string;
  /** Throws when an answer was an error. */
  run(request: LoadRequest): Promise<LoadResult>;
}
