/** What was computed from the tarball besides its package.json; stored with the release. */
export interface VersionFacts {
  /** Subresource Integrity of the tarball, `sha512-<base64>`. */
  readonly integrity: string;
  /** sha1 of the tarball, hex. */
  readonly shasum: string;
  readonly fileCount: number;
  readonly unpackedBytes: number;
  readonly hasInstallScript: boolean;
  readonly hasShrinkwrap: boolean;
  readonly hasBindingGyp: boolean;
  readonly readme?: string;
  readonly readmeFilename?: string;
  readonly nodeVersion?: string;
  readonly npmVersion?: string;
}
