import { SecondFactorCode } from '@waybill/management-api';

/** Of a request whose address says everything else. */
export class PersonProofBody {
  /** Of your second factor, or a recovery code: needed with a token, where you have one. */
  @SecondFactorCode()
  code?: string;
}
