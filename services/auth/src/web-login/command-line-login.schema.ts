import type { WebLoginWish } from '@waybill/contracts';
import { webLoginWish } from '@waybill/contracts';
import { IsIn, IsString, Length } from 'class-validator';
import { z } from 'zod';

export class StartWebLoginBody {
  /** What the person reads: `waybill on my-laptop`. */
  @IsString()
  @Length(1, 200)
  description!: string;

  @IsIn(webLoginWish.options)
  wish!: WebLoginWish;
}

export class PollWebLoginBody {
  @IsString()
  @Length(1, 200)
  pollSecret!: string;
}

export const startedWebLoginView = z.object({
  /** To be opened in the person's browser. */
  loginUrl: z.url(),
  /** Asked with; no token, and known to the waiting client alone. */
  pollSecret: z.string(),
  expiresAt: z.iso.datetime(),
});
export type StartedWebLoginView = z.infer<typeof startedWebLoginView>;

export const polledWebLoginView = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending'), retryAfterSeconds: z.int().positive() }),
  z.object({ state: z.literal('confirmed'), token: z.string(), username: z.string() }),
  z.object({ state: z.literal('gone') }),
]);
export type PolledWebLoginView = z.infer<typeof polledWebLoginView>;
