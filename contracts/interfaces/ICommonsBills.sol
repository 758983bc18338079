// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ICommonsBills
/// @notice The bills of a commons' days, parted among its members by a rule that the community votes, and settled in the
/// `ClearingHouse`.
/// @dev In a commons it stands where a market has its day book: it is the only one that moves the house's money, and it
/// says when a day is done with. Amounts are token base units; what is owed is positive.
interface ICommonsBills {
    /// @notice How the community's bill becomes the members' parts.
    /// @dev EqualGain: each owes what it would have been charged alone, less the same part of what the commons saved all
    /// together. ByUse: what is shared is free; all that suppliers charge is parted by net use, all that they pay by net giving:
    /// packets that a meter drew over the day less those that it fed in, or the other way round, at least 0.
    enum Rule {
        EqualGain,
        ByUse
    }

    /// @notice The bills of a day were parted: what member i + 1 owes by the rule.
    event DayBilled(uint16 indexed day, Rule rule, int256[] parts);
    /// @notice The rule for days that are billed from now on.
    event RuleVoted(Rule rule);

    error AlreadyBilled(uint16 day);
    /// @notice The day's proof of flow is not there, or may still be disputed; it may be billed from `from` on.
    error NotBillable(uint16 day, uint256 from);
    error WrongRoot(uint16 day, bytes32 given, bytes32 root);
    /// @notice Every member of the report has a leaf in full and a statement.
    error NotEveryMember(uint256 leaves, uint256 statements, uint256 members);

    /// @notice What suppliers say of a member's day.
    /// @param charged For what it drew that no neighbour fed in.
    /// @param paid For what it fed in that no neighbour drew.
    /// @param alone What it would have owed without a commons.
    struct Statement {
        int96 charged;
        int96 paid;
        int96 alone;
    }

    /// @notice The rule in force.
    function rule() external view returns (Rule);

    /// @notice Puts a rule in force; the governor's call.
    function setRule(Rule rule_) external;

    /// @notice Parts a day's bills among the members: who owes more than its supplier charges it pays the difference, who owes
    /// less gets it. The differences add up to zero. The supplier's call, once a day, after the dispute window.
    /// @param statements By member id.
    /// @param leaves Every leaf of the latest report, in full (`FlowLeaves`).
    function settle(uint16 day, Statement[] calldata statements, bytes calldata leaves) external;

    /// @notice Whether the day was billed.
    function billed(uint16 day) external view returns (bool);

    /// @notice Whether nothing of the day is still to be settled: it was billed, or no report came in time.
    function isFree(uint16 day) external view returns (bool);

    /// @notice As `IDayBook.profilesOf`: one that is open while the day is.
    function profilesOf(uint16 day, uint16 member) external view returns (uint256 unreleased, bool released);

    /// @notice As `IDayBook.settledBy`: 1 once the day was billed.
    function settledBy(uint16 day, uint16 member) external view returns (uint256);
}
