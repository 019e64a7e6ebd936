import { z } from 'zod';

/** What the buttons of the page send, as `application/x-www-form-urlencoded`. A field that comes twice is refused. */
export const webLoginForm = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('sign-in'),
    username: z.string().min(1).max(200),
    password: z.string().min(1).max(1000),
    /** Of the second factor, by who has one. */
    code: z.string().max(64).optional(),
  }),
  z.object({ step: z.literal('confirm'), access: z.literal('yes').optional() }),
  z.object({ step: z.literal('refuse') }),
  z.object({ step: z.literal('switch') }),
]);
export type WebLoginForm = z.infer<typeof webLoginForm>;
