import { packagePurl } from '@waybill/contracts';
import { parseField } from '@waybill/management-api';
import { z } from 'zod';

/** How many targets a publisher has at most. */
const maxTargetsPerPublisher = 100;

const name = z.string().min(1).max(200);

const place = z.union([
  z.strictObject({ repository: name, package: packagePurl }),
  z.strictObject({ pattern: name, repository: name.exactOptional() }),
  z.strictObject({ repository: name }),
]);
/** What somebody wants published: a package, those whose names begin alike (`npm/@acme/*`), or all of a repository. */
type PublisherPlace = z.infer<typeof place>;

const places = z.union([place.transform((one) => [one]), z.array(place).min(1).max(maxTargetsPerPublisher)]);

/** Throws `invalid` `request.invalid`. */
export function placesOf(said: unknown): readonly PublisherPlace[] {
  return parseField(places, said, 'body.on');
}
