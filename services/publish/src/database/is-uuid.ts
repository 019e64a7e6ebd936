const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id as this service writes it: PostgreSQL takes nothing else for a column of type uuid, or takes it as another text. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
