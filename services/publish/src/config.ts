import { busConfig, databaseConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';
import { forgeOf, forgeSetting, publicForges } from './namespaces/forge.rules.js';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_STAGING_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe('Hours after which an upload that no release took is deleted.'),
  WAYBILL_SELF_APPROVAL: z
    .enum(['refuse', 'admins', 'allow'])
    .default('admins')
    .describe(
      'Who may approve a held release that they published themselves: nobody, installation admins, or everybody.',
    ),
  WAYBILL_SIGSTORE_TRUST: z
    .string()
    .max(4000)
    .default('public-good')
    .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
    .pipe(
      z
        .array(z.string().regex(/^(?:public-good|\/.+)$/, 'is neither public-good nor an absolute path'))
        .min(1)
        .max(10),
    )
    .describe(
      'Whose provenance is believed, separated by commas: public-good (sigstore.dev, kept up to date while it is used), or absolute paths of trusted_root.json files, which are read again when they change.',
    ),
  WAYBILL_SIGSTORE_CACHE_DIR: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'Where what sigstore.dev last said is kept, by one process alone: who writes there decides what is trusted. Without it, a temporary directory.',
    ),
  WAYBILL_DNS_SERVERS: z
    .string()
    .max(500)
    .default('')
    .transform((text) => text.split(',').flatMap((server) => server.trim() || []))
    .pipe(z.array(z.string().regex(/^(?:[0-9.]{7,15}|\[[0-9a-f:]{2,39}\])(?::[0-9]{1,5})?$/i)).max(10))
    .describe(
      'Servers that are asked for DNS records that prove a domain: addresses, with a port or without, separated by commas. Empty: those of the machine.',
    ),
  WAYBILL_FORGES: z
    .string()
    .max(4000)
    .default(publicForges)
    .transform((text) => text.split(',').flatMap((setting) => setting.trim() || []))
    .pipe(z.array(z.string().regex(forgeSetting)).max(20))
    .transform((settings) => settings.flatMap((setting) => forgeOf(setting) ?? []))
    .describe(
      'Forges whose owners can prove names, as host=kind, separated by commas; kind is github, gitlab or forgejo (also for Gitea). With the URL of the API where that is not the usual one: git.example=gitlab@https://git.example/gitlab/api/v4. Empty: none.',
    ),
  WAYBILL_FORGE_OF_NAMES: z
    .string()
    .max(210)
    .optional()
    .describe(
      'Host of the one forge whose owners have the npm scope, the Composer vendor and the first OCI segment of their name. Without it, they prove groupIds alone, and admins decide on other names.',
    ),
  WAYBILL_FORGE_ALLOWED_NETWORKS: z
    .string()
    .max(4000)
    .default('')
    .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
    .describe(
      'Addresses, CIDR ranges and host names inside at which forges may be, separated by commas; public addresses always may.',
    ),
  WAYBILL_FORGE_ALLOW_HTTP: z.enum(['yes', 'no']).default('no').describe('Whether a forge may be asked by http.'),
});

export type PublishConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
