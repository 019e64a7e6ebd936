import { secret } from '@waybill/config';
import { z } from 'zod';

/** The part of the settings that lets people sign in with OpenID Connect. */
export const singleSignOnConfig = {
  WAYBILL_SIGN_ON_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Issuer of the OpenID provider, as its discovery document names it; no single sign-on without it.'),
  WAYBILL_SIGN_ON_CLIENT_ID: z.string().min(1).optional().describe('What the provider calls this installation.'),
  WAYBILL_SIGN_ON_CLIENT_SECRET: secret('What this installation proves itself with to the provider.').optional(),
  WAYBILL_SIGN_ON_NAME: z
    .string()
    .min(1)
    .max(50)
    .default('single sign-on')
    .describe('How people know the provider: the page says "Sign in with …".'),
  WAYBILL_SIGN_ON_SCOPES: z
    .string()
    .default('openid profile email')
    .describe('Scopes that are asked for; many providers need one more for groups.'),
  WAYBILL_SIGN_ON_USERNAME_CLAIM: z.string().default('preferred_username').describe('Claim with the wished username.'),
  WAYBILL_SIGN_ON_GROUPS_CLAIM: z
    .string()
    .default('groups')
    .describe('Claim with the names of the person’s groups, in the ID token or the userinfo.'),
  WAYBILL_PASSWORD_SIGN_IN: z
    .enum(['everybody', 'admins'])
    .default('everybody')
    .describe(
      'Whose passwords of this installation open it; admins: only administrators’, for when the provider is down.',
    ),
  WAYBILL_EXTERNAL_PEOPLE_PASSWORDS: z
    .stringbool()
    .default(false)
    .describe(
      'Whether people whose account the provider or the directory opens may set a password of this installation, too; it stays when they leave there.',
    ),
};
