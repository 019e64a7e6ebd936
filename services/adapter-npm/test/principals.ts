export {
  person,
  memberOf,
  readerOf,
  adminOf,
  ofReleaseWorkflow,
  publisherOf,
  provenAt,
} from '@waybill/adapter-conformance';
