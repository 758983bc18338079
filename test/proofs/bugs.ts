import type { Property } from "./properties.ts";
import type { Token } from "./stage.ts";

/** A mistake in the house that a property must refute: one text of the house in another's place. */
export interface HouseBug {
  readonly name: string;
  readonly property: Property;
  /** The token it shows with. */
  readonly token: Token;
  readonly right: string;
  readonly wrong: string;
}

export const HOUSE_FILE = "contracts/ClearingHouse.sol";

export const HOUSE_BUGS: readonly HouseBug[] = [
  {
    name: "a forfeited bond is nobody's",
    property: "conservation",
    token: "euro",
    right: "_supplierBalance += bond;",
    wrong: "",
  },
  {
    name: "what the supplier pays stays in its balance",
    property: "conservation",
    token: "euro",
    right: "_supplierBalance = balance - paid;",
    wrong: "",
  },
  {
    name: "the fund pays out what stays in it",
    property: "solvency",
    token: "euro",
    right: "_fundBalance -= amount;",
    wrong: "",
  },
  {
    name: "a deposit is credited as sent, not as it arrived",
    property: "solvency",
    token: "fee",
    right: "received = token.balanceOf(address(this)) - before;",
    wrong: "received = amount; before;",
  },
  {
    name: "anyone withdraws for a member",
    property: "withdrawal",
    token: "euro",
    right: "if (msg.sender != members.accountOf(member)) revert NotTheMember(member, msg.sender);",
    wrong: "",
  },
  {
    name: "a debt that is paid keeps money in",
    property: "withdrawal",
    token: "euro",
    right: "withDebt(paid != debt)",
    wrong: "withDebt(true)",
  },
];
