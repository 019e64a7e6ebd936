export { answering } from '@waybill/adapter-conformance';
