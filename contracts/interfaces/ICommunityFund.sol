// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ICommunityFund
/// @notice The rule by which the community uses what the auction leaves between buyers and sellers.
interface ICommunityFund {
    /// @notice Treasury: pays what the community needs, never shared out per slot. Bystanders: equal parts, rounded down,
    /// to the members without an order in the slot; misreporting a price still never pays. Equal: equal parts, rounded
    /// down, to all members. Warning: under Equal, misreporting a price can pay. Parts are those of the members that were
    /// active when the session was opened; aggregators, balance responsible parties and who left since are paid none.
    enum Rule {
        Treasury,
        Bystanders,
        Equal
    }

    event Spent(address indexed to, uint256 amount, string purpose);
    event ShareClaimed(uint32 indexed session, uint16 indexed member, uint256 amount);

    error NotUnder(Rule rule);
    error NotTheRewards(address caller);
    error TrusteeTrades(uint16 member);
    error DayNotClosed(uint16 day);
    error AlreadyClaimed(uint32 session, uint16 member);
    error NotEligible(uint32 session, uint16 member);
    error NotTheMembersProfile(uint32 session, uint16 member);

    /// @notice Pays from the treasury, to nobody who trades; the trustee's call, who may not trade either.
    function spend(address to, uint256 amount, string calldata purpose) external;

    /// @notice Pays a relay or a keeper what it earned; the rewards' call, under the treasury rule.
    function payReward(address to, uint256 amount) external;

    /// @notice The rule, fixed at deployment.
    function rule() external view returns (Rule);

    /// @notice Pays a member its share of a session's surplus once the day is closed; anyone's call, once.
    /// @param batch Where the member's profile lies, if it posted one.
    /// @param reading That batch with the member's profile alone in full; empty if it posted none.
    function claimShare(uint32 session, uint16 member, uint16 batch, bytes calldata reading) external;

    /// @notice The member's share of a session, token base units, rounded down slot by slot.
    function shareOf(
        uint32 session,
        uint16 member,
        uint16 batch,
        bytes calldata reading
    ) external view returns (uint256);
}
