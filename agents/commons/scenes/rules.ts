import { type CommonsRules, checkedRules, DEFAULT_RULES } from "../../model/commonsRules.ts";

/** The default rules with what a scene votes differently. Throws RangeError for rules that may not be voted in. */
export const rulesOf = (voted: Partial<CommonsRules>): CommonsRules => checkedRules({ ...DEFAULT_RULES, ...voted });
