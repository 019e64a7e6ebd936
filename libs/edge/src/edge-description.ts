import { digestAlgorithms } from '@waybill/domain';
import { z } from 'zod';
import { sessionCookieName } from './cookie-name.js';
import { errorDialect } from './error-dialect.js';

/** Methods that a client may use at the edge; everything else is 405 before anybody is asked. */
export const edgeMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Where a client of this service puts its credential. The gateway looks for these and for nothing else. */
export const credentialCarrier = z.discriminatedUnion('kind', [
  /** `Authorization: Bearer <token>`; other schemes' names that carry a bare token belong to `header`. */
  z.object({ kind: z.literal('bearer') }),
  /** The password of Basic is a token; the user name is ignored. */
  z.object({ kind: z.literal('basic-password') }),
  /** A header whose whole value is a token (`X-NuGet-ApiKey`, cargo's bare `Authorization`). */
  z.object({ kind: z.literal('header'), name: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) }),
  /** The browser's session cookie; unsafe methods then need a same-origin request (security.md W2). */
  z.object({ kind: z.literal('session-cookie') }),
]);
export type CredentialCarrier = z.infer<typeof credentialCarrier>;

const routePath = z.string().startsWith('/').max(500);

/** A route in find-my-way's pattern language, as Fastify registered it. */
export const routePattern = z.object({ method: z.string().max(20), path: routePath });
export type RoutePattern = z.infer<typeof routePattern>;

export const uploadRoute = routePattern.extend({
  maxBytes: z.int().positive(),
  /** Digests computed besides sha256 while the body is staged. */
  digests: z.array(z.enum(digestAlgorithms)),
  /** Bodies up to this size, where they say it, travel along instead of being staged; 0: none. */
  inlineBytes: z.int().min(0).max(262_144).default(0),
  /** Whether somebody without a credential may upload here; false unless declared. */
  anonymous: z.boolean(),
});
export type UploadRoute = z.infer<typeof uploadRoute>;

/** Lines for a person to paste, shown on the landing page. `$url` becomes the installation's address. */
export const snippet = z.object({ client: z.string().max(100), text: z.string().max(2000) });
export type Snippet = z.infer<typeof snippet>;

/**
 * What a service tells the gateway about itself, as JSON in the metadata of its NATS service (ADR-32, `metadata`). From
 * this alone the gateway routes, authenticates, bounds uploads and words refusals: it knows no ecosystem by name.
 */
export const edgeDescription = z.object({
  service: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** Raw path prefixes that it owns, each ending in `/` (the path without the slash belongs to it too). The longest wins. */
  prefixes: z.array(routePath).max(50),
  /** Paths at the root of the host that clients call without a prefix: exact or with find-my-way parameters. */
  hostPaths: z.array(routePattern).max(200),
  /** Whether it takes every address with its last slash as the one without (its `canonicalTarget` drops it before routing). */
  dropsLastSlash: z.boolean().default(false),
  credentials: z.array(credentialCarrier).max(10),
  /** Cookies of its own that it is given back, without what `cookieNameAt` puts before them. Every other stays at the gateway, the session's first of all. */
  cookies: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .refine((name) => !name.includes(sessionCookieName)),
    )
    .max(10)
    .default([]),
  /** `WWW-Authenticate` of a 401; none where clients stumble over it. */
  challenge: z.string().max(500).optional(),
  dialect: errorDialect,
  uploads: z.array(uploadRoute).max(200),
  /** Routes that share a method with an upload and take small bodies: the more specific pattern decides, as in the service itself. */
  inlineRoutes: z.array(routePattern).max(1000),
  /** Routes at which clients sign in: the credential that some send along is a password, or an old one, and is not looked at. */
  signInRoutes: z.array(routePattern).max(50).default([]),
  /** Routes to which clients bring the bearer token of somebody else, which is handed on without a look; callers are anonymous. */
  foreignBearerRoutes: z.array(routePattern).max(50).default([]),
  maxInlineBodyBytes: z.int().positive().max(262_144),
  snippets: z.array(snippet).max(20),
});
export type EdgeDescription = z.infer<typeof edgeDescription>;

/** What a service writes down itself; the rest of the description is collected from its routes. */
export type EdgeDeclaration = Omit<
  EdgeDescription,
  | 'service'
  | 'uploads'
  | 'inlineRoutes'
  | 'signInRoutes'
  | 'foreignBearerRoutes'
  | 'maxInlineBodyBytes'
  | 'hostPaths'
  | 'snippets'
  | 'cookies'
  | 'dropsLastSlash'
> &
  Partial<Pick<EdgeDescription, 'maxInlineBodyBytes' | 'hostPaths' | 'snippets' | 'cookies' | 'dropsLastSlash'>>;
