/** Everything the S3 driver knows about its server; nothing is read from the environment. */
export interface S3BlobStoreOptions {
  /** `https://s3.example.org` or `http://127.0.0.1:9000`; no path. */
  readonly endpoint: string;
  readonly region?: string;
  /** Created when absent. */
  readonly bucket: string;
  /** Key prefix inside the bucket without slashes at the ends, e.g. `waybill/prod`; default none. */
  readonly prefix?: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
  /** `https://host/bucket/key` (default, MinIO) or `https://bucket.host/key`. */
  readonly pathStyle?: boolean;
  /** Read and hash the staged bytes once more in `promote`; default false: the size is compared. */
  readonly verifyOnPromote?: boolean;
  /** Size of an upload's parts, ≥ 5 MiB, default 8 MiB; an upload holds about three of them in memory. */
  readonly partBytes?: number;
  /** Above this a copy is made in parts; default and S3's own limit 5 GiB. */
  readonly maxSingleCopyBytes?: number;
  /** Time without a byte after which a request is given up; default 30 s. */
  readonly idleTimeoutMs?: number;
}
