/**
 * Names that would be taken for a part of the installation or for who runs it. People who register themselves do not get
 * them; an administrator may give one.
 */
const reserved: ReadonlySet<string> = new Set(
  `abuse account accounts admin administrator anonymous api assets auth billing ci contact docs everybody everyone
   ghost guest help hostmaster info installation invitations login logout mail me moderator news nobody noreply no-reply
   null operator org organization organizations orgs owner package packages policy portal postmaster public registry
   release releases repositories repository root scanner search security service services session sessions settings
   signin signup staff status support sysadmin system team teams token tokens trust undefined user users waybill
   webhooks webmaster www`.split(/\s+/),
);

export function isReservedUsername(username: string): boolean {
  return reserved.has(username);
}
