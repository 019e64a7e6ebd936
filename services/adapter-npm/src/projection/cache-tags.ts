import { cacheTags } from '@waybill/read-model';

export const { tagsOfPackage } = cacheTags('npm');
