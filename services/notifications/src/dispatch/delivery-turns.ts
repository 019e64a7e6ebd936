import { Injectable } from '@nestjs/common';
import { Turns } from '../clock/turns.js';

/** Wakes who sends deliveries when there is one. */
@Injectable()
export class DeliveryTurns extends Turns {}
