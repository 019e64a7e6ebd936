import { DomainError } from '@waybill/domain';

const day = 24 * 60 * 60 * 1000;
export const restoreDays = 30;

/** Refuses what was taken back too long ago. Errors: `gone` `restore.too-late`. */
export function assertRestorable(takenAt: Date, now: Date): void {
  if (now.getTime() - takenAt.getTime() < restoreDays * day) return;
  throw new DomainError(
    'gone',
    'restore.too-late',
    `What was taken back more than ${restoreDays} days ago stays away.`,
  );
}

/** What somebody who deletes a package has to write, so that nobody deletes another one. Errors: `invalid` `package.confirm`. */
export function assertConfirmed(confirm: string, name: string): void {
  if (confirm === name) return;
  throw new DomainError('invalid', 'package.confirm', 'To delete the package, confirm with its whole name.', {
    details: {
      errors: [{ field: 'body.confirm', code: 'package.confirm', message: 'is not the name of the package' }],
    },
  });
}
