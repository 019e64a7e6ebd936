import { z } from 'zod';
import { parsePartnerKeys } from './partner-signature.rules.js';

export const leakReportConfig = {
  WAYBILL_LEAK_REPORT_KEYS: z
    .string()
    .max(10_000)
    .default('')
    .transform((text, context) => {
      try {
        return parsePartnerKeys(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be <identifier>=<base64 of a P-256 key>, by commas' });
        return z.NEVER;
      }
    })
    .describe(
      'Keys of those who may report leaked tokens in the form of GitHub secret scanning, as <identifier>=<base64 DER>, by commas; empty: such lists need no signature.',
    ),
};
