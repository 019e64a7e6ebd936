import type { Environment } from '@waybill/config';
import { readConfig } from '@waybill/config';
import { bootstrapInstallation, createRepository } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { connectBus, operatorUser, RequestClient } from '@waybill/messaging';
import { readPasswords } from './installation-passwords.js';
import { firstAdminConfig } from './provision-config.js';
import { waitUntil } from './wait-until.js';

/**
 * Makes the first administrator, an organization and a repository through the running services, if there is no user yet.
 * Idempotent; one that was cut off in the middle is gone on with. Returns what was done, in one sentence.
 */
export async function makeFirstAdminOfCluster(environment: Environment): Promise<string> {
  const config = readConfig(firstAdminConfig, environment);
  const passwordOf = await readPasswords(environment, [`nats-${operatorUser}`, 'first-admin']);
  const seconds = config.WAYBILL_PROVISION_SECONDS;
  const connection = await waitUntil({
    seconds,
    mendable: () => true,
    work: () =>
      connectBus({
        url: config.WAYBILL_NATS_URL,
        user: operatorUser,
        password: passwordOf(`nats-${operatorUser}`),
        service: operatorUser,
      }),
  });
  const requests = new RequestClient(connection, { service: operatorUser });
  const username = config.WAYBILL_FIRST_ADMIN_USERNAME;
  const organization = config.WAYBILL_FIRST_ORGANIZATION;
  try {
    const answer = await waitUntil({
      seconds,
      mendable: isUnavailable,
      work: () => requests.ask(bootstrapInstallation, { username, password: passwordOf('first-admin'), organization }),
    });
    const { organizationId } = answer;
    if (organizationId === null) return 'There are users already; nothing was made.';
    await waitUntil({
      seconds,
      mendable: isUnavailable,
      work: () =>
        requests.ask(createRepository, {
          slug: config.WAYBILL_FIRST_REPOSITORY,
          organizationId,
          visibility: config.WAYBILL_FIRST_REPOSITORY_VISIBILITY,
          createdBy: operatorUser,
        }),
    });
    const which = `organization ${organization} and repository ${config.WAYBILL_FIRST_REPOSITORY}`;
    return answer.created
      ? `Made the administrator ${username}, ${which}.`
      : `There are users already; ${which} are there.`;
  } finally {
    await connection.drain();
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
