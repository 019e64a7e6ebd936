export { packageIn } from '@waybill/read-model';
