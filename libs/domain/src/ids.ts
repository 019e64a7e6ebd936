/** Ids that must not be mixed. All are UUIDs, made by the service that owns the noun. */
export type UserId = string & { readonly __brand: 'UserId' };
export type OrganizationId = string & { readonly __brand: 'OrganizationId' };
export type RepositoryId = string & { readonly __brand: 'RepositoryId' };
export type PackageId = string & { readonly __brand: 'PackageId' };
export type ReleaseId = string & { readonly __brand: 'ReleaseId' };
export type TokenId = string & { readonly __brand: 'TokenId' };
/** A trusted publisher: whose tokens of which issuer may publish what. */
export type PublisherId = string & { readonly __brand: 'PublisherId' };
export type SessionId = string & { readonly __brand: 'SessionId' };
