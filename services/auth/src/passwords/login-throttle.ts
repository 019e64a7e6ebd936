/** Who tries to sign in as whom. */
export interface LoginAttempt {
  readonly username: string;
  readonly clientAddress: string;
}

/**
 * Counts failed logins. A replica counts its own; a store that several share is another implementation of this.
 * An attempt counts as failed from its beginning until it succeeds, so that parallel guesses are counted too.
 */
export abstract class LoginThrottle {
  /** Throws `limit` `login.throttled` with the seconds to wait. */
  abstract begin(attempt: LoginAttempt): Promise<void>;
  /**
   * The password was right and the second factor is still to come: no longer a failure of the address, where many people
   * may sit; still one for this username from it.
   */
  abstract halfway(attempt: LoginAttempt): Promise<void>;
  /** Takes the attempt back, and what had failed for this username from this address before it. */
  abstract succeeded(attempt: LoginAttempt): Promise<void>;
}
