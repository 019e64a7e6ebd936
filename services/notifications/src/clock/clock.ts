import { Injectable } from '@nestjs/common';

/** What time it is, for whatever waits or expires here: one place, so that a test can turn it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** `milliseconds` from now. */
  in(milliseconds: number): Date {
    return new Date(this.now().getTime() + milliseconds);
  }
}
