export const registrationHelp = `Whose tokens are trusted is said in one of \`github\`, \`gitlab\`, \`forgejo\`, \`circleci\`, \`google\`, or
for any other issuer in \`rule\`. The issuer is a public one, or one that is registered for the installation or the organization.
A package need not exist: then its name is not reserved, the publisher ends after 30 days without use, and when somebody else
publishes the package first. \`warnings\` say what to think about.`;

/** What registering and changing refuse. */
export const registrationErrors = [
  'grant.beyond-own 403',
  'grant.pattern 400',
  'oidc.issuer-unknown 404',
  'trusted-publisher.malformed 400',
  'trusted-publisher.too-wide 400',
  'trusted-publisher.untrusted-event 400',
  'trusted-publisher.issuer-of-other 400',
  'trusted-publisher.exists 409',
  'trusted-publisher.too-many 409',
  'trusted-publisher.too-many-today 429',
];
