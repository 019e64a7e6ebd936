import { AuditOfOrganizations } from '@waybill/audit';

/** The table of audit events as all services have it. */
export class AuditOfOrganizations1765400000102 extends AuditOfOrganizations {}
