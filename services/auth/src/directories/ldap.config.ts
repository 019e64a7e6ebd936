import { secret } from '@waybill/config';
import { z } from 'zod';

/** The part of the settings that lets people of an LDAP directory sign in with their passwords there. */
export const ldapConfig = {
  WAYBILL_LDAP_URL: z
    .string()
    .regex(/^ldaps?:\/\//)
    .optional()
    .describe('Address of the directory, such as ldaps://ldap.example; nobody signs in through LDAP without it.'),
  WAYBILL_LDAP_STARTTLS: z
    .stringbool()
    .default(true)
    .describe('Whether a connection to an ldap:// address is encrypted before anything is sent.'),
  WAYBILL_LDAP_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the authority (PEM) of the directory’s certificate, where the system does not know it.'),
  WAYBILL_LDAP_BIND_DN: z.string().min(1).optional().describe('Who looks people up; anonymous without it.'),
  WAYBILL_LDAP_BIND_PASSWORD: secret('Password of WAYBILL_LDAP_BIND_DN.').optional(),
  WAYBILL_LDAP_USER_BASE: z.string().default('').describe('Where people are: ou=people,dc=example,dc=org'),
  WAYBILL_LDAP_USER_FILTER: z
    .string()
    .includes('{username}')
    .default('(uid={username})')
    .describe('Which entry is the person’s; {username} is what was typed, escaped.'),
  WAYBILL_LDAP_ID_ATTRIBUTE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
    .default('entryUUID')
    .describe('What never changes of a person (Active Directory: objectGUID).'),
  WAYBILL_LDAP_GROUP_BASE: z.string().default('').describe('Where groups are; none are looked for without it.'),
  WAYBILL_LDAP_GROUP_FILTER: z
    .string()
    .includes('{dn}')
    .default('(member={dn})')
    .describe('Which groups are the person’s; {dn} is the person’s distinguished name, escaped.'),
};
