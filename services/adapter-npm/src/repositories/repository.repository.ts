export { RepositoryRepository } from '@waybill/read-model';
