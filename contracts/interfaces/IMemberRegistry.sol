// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IMemberRegistry
/// @notice Who takes part in a community's sessions: the account that signs, the meter that is read, what the connection
/// carries, as the DSO attested them. Balances and profiles belong to the member id, which never changes hands.
/// @dev Ids rise from 1 without gaps, as in Merkle leaves; an id fits in 13 bits, so that the tie keys of the auction have
/// room for it. One meter commitment and one account per member, neither ever reused: whoever wants two votes needs two
/// attested meters.
interface IMemberRegistry {
    /// @notice Where a member stands. Leaving: no new profile is taken; what it posted is still settled. Left: nothing of it
    /// is unsettled; its money stays its own.
    enum Status {
        Unknown,
        Active,
        Leaving,
        Left
    }

    /// @notice What kind of member it is. A household has a meter on the feeder. Aggregators and balance responsible
    /// parties trade through the feeder head: their meter is a nomination that the DSO reports like any other, and their
    /// orders are finite, bounded by the capacity that the DSO attests. They have no share in the fund.
    enum Kind {
        Household,
        Aggregator,
        BalanceResponsible
    }

    /// @notice The account is, or once was, that of `member`.
    error AccountTaken(address account, uint16 member);
    /// @notice The meter is that of `member`.
    error MeterTaken(bytes32 meter, uint16 member);
    /// @notice A connection carries from 1 to `max` packets per slot.
    error CapacityOutOfRange(uint256 capacity, uint256 max);
    /// @notice The zero address can't be a member's account.
    error ZeroAccount();
    /// @notice Zero can't be a meter commitment.
    error ZeroMeter();
    /// @notice All `max` member ids are handed out.
    error RegistryFull(uint256 max);
    /// @notice No member has this id.
    error UnknownMember(uint16 member);
    /// @notice The caller is neither the member's account nor the DSO, or not the one whom this takes.
    error NotForCaller(uint16 member, address caller);
    /// @notice A household is attested by `attest`.
    error NotATrader(Kind kind);
    /// @notice The member's own proposal stands; the DSO's can't take its place.
    error ProposalStands(uint16 member, address account);
    /// @notice Nothing is proposed.
    error NothingProposed();
    /// @notice What is proposed may take effect from `readyAt`, unix seconds.
    error TooEarly(uint256 readyAt);
    /// @notice Only an active member leaves, and only one that is leaving has left.
    error WrongStatus(uint16 member, Status status);
    /// @notice The member has a profile in `day` that is neither settled nor unwound.
    error Unsettled(uint16 member, uint16 day);
    /// @notice The DSO is changed by proposal, which takes its time.
    error ProposeInstead();

    /// @notice The DSO attested a new member.
    event MemberAttested(uint16 indexed member, address indexed account, bytes32 indexed meter, uint16 capacity);
    /// @notice The member just attested is an aggregator or a balance responsible party.
    event TraderAttested(uint16 indexed member, Kind kind);
    /// @notice `account` may take the member over from `readyAt` on, unless it is cancelled before.
    event AccountProposed(uint16 indexed member, address indexed account, uint256 readyAt, bool byDso);
    event AccountCancelled(uint16 indexed member, address indexed account);
    /// @notice The member's account changed.
    event AccountChanged(uint16 indexed member, address indexed before, address indexed account);
    /// @notice No new profile of the member is taken from now on.
    event MemberLeaving(uint16 indexed member);
    /// @notice Nothing of the member is unsettled any more.
    event MemberLeft(uint16 indexed member);
    event DsoProposed(address indexed dso, uint256 readyAt);
    event DsoChanged(address indexed before, address indexed dso);

    /// @notice Makes `account` the next member, a household behind `meter`.
    /// @dev Only the DSO. It may come at any time of a day: the member takes part in the sessions opened from then on.
    /// @param account Signs the member's profiles and owns its balance.
    /// @param meter Salted commitment to the meter.
    /// @param capacity Connection capacity, packets per slot, 1..2,047, for drawing and for feeding in.
    /// @return member The new member id.
    function attest(address account, bytes32 meter, uint16 capacity) external returns (uint16 member);

    /// @notice Makes `account` the next member, an aggregator or a balance responsible party; only the DSO.
    /// @param nomination Salted commitment to what the DSO reports as its flows: energy brought to or taken from the feeder
    /// head under its balance group.
    /// @param capacity The most packets per slot that it may order, and the DSO accept as nominated, 1..2,047.
    function attestTrader(
        address account,
        bytes32 nomination,
        uint16 capacity,
        Kind kind
    ) external returns (uint16 member);

    /// @notice Proposes another account for a member, in place of an earlier proposal; its account's call, or the DSO's for
    /// one that lost its key.
    /// @dev The member's account can cancel the DSO's proposal for as long as it takes: the DSO never gets at a balance whose
    /// owner is awake.
    function proposeAccount(uint16 member, address account) external;

    /// @notice Withdraws what is proposed for a member: the account any, the DSO its own.
    function cancelAccount(uint16 member) external;

    /// @notice Takes a member over once the delay is over; the proposed account's call, so that it shows that it has its
    /// key. Profiles that the old account signed and nobody posted are no longer taken.
    function takeAccount(uint16 member) external;

    /// @notice Ends a membership: its account's call, or the DSO's. Profiles that are posted stay and are settled as any;
    /// who wants an open one out cancels it first.
    function leave(uint16 member) external;

    /// @notice Says that a leaving member has left: nothing that it posted is unsettled; anyone's call.
    function confirmLeft(uint16 member) external;

    /// @notice Proposes another DSO; only the admin.
    function proposeDso(address dso) external;

    /// @notice Puts the proposed DSO in the place of the one before once the delay is over; anyone's call.
    function applyDso() external;

    /// @notice The proposed DSO, zero if none, and from when it may start, unix seconds.
    function proposedDso() external view returns (address dso, uint256 readyAt);

    /// @notice Seconds between the proposal of an account, or a DSO, and its start.
    function delay() external view returns (uint256);

    /// @notice Number of members ever attested, which is the highest member id.
    function count() external view returns (uint16);

    /// @notice The highest member id, and the number of members that are active.
    /// @dev One storage word.
    function counts() external view returns (uint16 count, uint16 active);

    /// @notice Account, capacity (packets per slot) and whether the member takes part; all zero for an unknown member.
    /// @dev One storage word, no revert: what the market asks for each profile.
    function record(uint16 member) external view returns (address account, uint16 capacity, bool active);

    /// @notice Whether it is active, and its kind; reverts for an unknown one.
    function standingOf(uint16 member) external view returns (Status status, Kind kind);

    /// @notice The account of a member; reverts for an unknown one.
    function accountOf(uint16 member) external view returns (address);

    /// @notice The connection capacity of a member, packets per slot; reverts for an unknown one.
    function capacityOf(uint16 member) external view returns (uint16);

    /// @notice The meter commitment of a member; reverts for an unknown one.
    function meterOf(uint16 member) external view returns (bytes32);

    /// @notice The member id of an account, 0 if it is nobody's now.
    function memberOf(address account) external view returns (uint16);

    /// @notice The member that an account is, or once was, of; 0 if it never was.
    function everOf(address account) external view returns (uint16);

    /// @notice What is proposed for a member: account, from when, and by whom; zeros if nothing is.
    function proposalOf(uint16 member) external view returns (address account, uint256 readyAt, bool byDso);
}
