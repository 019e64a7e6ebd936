import { MayBeAbsent, NestedObjects, SecondFactorCode } from '@waybill/management-api';
import type { FindingLevel } from '@waybill/domain';
import { findingLevels } from '@waybill/domain';
import { isGlob } from '@waybill/trusted-publishing';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsString, Length, Matches, ValidateBy } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import type { NamespaceKind } from '../namespaces/namespace.rules.js';
import { namedEcosystems, namespaceKinds } from '../namespaces/namespace.rules.js';
import type { ReleasePolicy, TrustedPublishingMode } from './release-policy.rules.js';
import { trustedPublishingModes } from './release-policy.rules.js';

const maxNames = 50;
const maxPatterns = 100;

/** Each of a list is a text of at most 255 characters. */
function Names(): PropertyDecorator {
  const all = [
    MayBeAbsent(),
    IsArray(),
    ArrayMaxSize(maxNames),
    IsString({ each: true }),
    Length(1, 255, { each: true }),
    Matches(storableText, { each: true }),
  ];
  return (target, key) => {
    for (const decorate of all) decorate(target, key);
  };
}

/** Each of a list is a pattern of libs/trusted-publishing. */
function ArePatterns(): PropertyDecorator {
  const message = '$property has what is no pattern: only * and ** stand for others';
  const validator = { validate: (value: unknown) => typeof value === 'string' && isGlob(value) };
  return ValidateBy({ name: 'isPattern', validator }, { each: true, message });
}

class ReleaseRulesBody {
  /** What becomes of a release that came in a weaker way than the one before it (P1). */
  @MayBeAbsent()
  @IsIn(findingLevels)
  downgrade?: FindingLevel;

  /** Of one that came from elsewhere: another repository, workflow, environment, … (P2). */
  @MayBeAbsent()
  @IsIn(findingLevels)
  discontinuity?: FindingLevel;

  /** Of one whose job was not as the fields below say (P3). */
  @MayBeAbsent()
  @IsIn(findingLevels)
  context?: FindingLevel;

  /** Of one that claims a source that it did not come from (P14). */
  @MayBeAbsent()
  @IsIn(findingLevels)
  source?: FindingLevel;

  /** Whether other credentials than trusted publishers' are refused (`always`), are a downgrade from the first trusted publish on, or only if the release before was trusted (`never`). */
  @MayBeAbsent()
  @IsIn(trustedPublishingModes)
  trustedPublishingOnly?: TrustedPublishingMode;

  /** Environments of which one is needed; empty: none is. */
  @Names()
  environments?: string[];

  /** Whether the branch or tag has to be protected at the forge. */
  @MayBeAbsent()
  @IsBoolean()
  protectedRef?: boolean;

  /** Patterns of full names, one of which has to match: `refs/tags/v*`. */
  @Names()
  @ArePatterns()
  refs?: string[];

  /** Whether it has to come from a machine of the provider's. */
  @MayBeAbsent()
  @IsBoolean()
  hostedRunner?: boolean;

  /** Events of which one has to have started the job; empty: all but those that strangers can start. */
  @Names()
  events?: string[];
}

export class PatternRulesBody extends ReleaseRulesBody {
  /** The purl type: `npm`, `pypi`. */
  @IsIn(namedEcosystems)
  ecosystem!: string;

  @IsIn(namespaceKinds)
  kind!: NamespaceKind;

  /** As its ecosystem writes it: `@acme`, `com.acme`. */
  @IsString()
  @Length(1, 214)
  @Matches(storableText)
  pattern!: string;
}

/** What is left out is as in a new repository. */
export class ReleasePolicyBody extends ReleaseRulesBody {
  /** What is asked otherwise of packages by their names; of several that reach a name, the narrowest. */
  @MayBeAbsent()
  @NestedObjects(() => PatternRulesBody)
  @ArrayMaxSize(maxPatterns)
  patterns?: PatternRulesBody[];

  /** Of your second factor, or a recovery code: needed with a token, where you have one, for what asks less than before. */
  @SecondFactorCode()
  code?: string;
}

const level = z.enum(findingLevels);
const rules = z.object({
  downgrade: level,
  discontinuity: level,
  context: level,
  source: level,
  trustedPublishingOnly: z.enum(trustedPublishingModes),
  environments: z.array(z.string()),
  protectedRef: z.boolean(),
  refs: z.array(z.string()),
  hostedRunner: z.boolean(),
  events: z.array(z.string()),
});

export const releasePolicyView = z.object({
  ...rules.shape,
  patterns: z.array(
    z.object({ ecosystem: z.string(), kind: z.enum(namespaceKinds), pattern: z.string(), ...rules.partial().shape }),
  ),
});
export type ReleasePolicyView = z.infer<typeof releasePolicyView>;

export function viewOf(policy: ReleasePolicy): ReleasePolicyView {
  return releasePolicyView.parse(policy);
}
