import { Injectable } from '@nestjs/common';
import { Turns } from '../clock/turns.js';

/** Wakes who sends mails when there is one. */
@Injectable()
export class MailTurns extends Turns {}
