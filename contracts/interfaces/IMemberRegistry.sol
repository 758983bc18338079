// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IMemberRegistry
/// @notice Who takes part: for each member its account, its meter and the capacity of its connection, as attested by
/// the DSO.
/// @dev Member ids are handed out from 1 upward without gaps and never again. A meter is known by a commitment only: a
/// hash over the meter's identity and a random salt that the DSO and the member keep, so that nobody can find a meter
/// by trying the numbers printed on meters. One meter commitment and one account per member, neither ever reused: whoever
/// wants two votes needs two attested meters.
interface IMemberRegistry {
    /// @notice Where a member stands. Values for a member that changes its account, or leaves, are added behind Active.
    enum Status {
        Unknown,
        Active
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

    /// @notice The DSO attested a new member.
    event MemberAttested(uint16 indexed member, address indexed account, bytes32 indexed meter, uint16 capacity);

    /// @notice Makes `account` the next member, behind `meter`.
    /// @dev Only the DSO.
    /// @param account Signs the member's profiles and owns its balance.
    /// @param meter Salted commitment to the meter.
    /// @param capacity Connection capacity, packets per slot, 1..2,047, for drawing and for feeding in.
    /// @return member The new member id.
    function attest(address account, bytes32 meter, uint16 capacity) external returns (uint16 member);

    /// @notice Number of members ever attested, which is the highest member id.
    function count() external view returns (uint16);

    /// @notice Account, capacity (packets per slot) and whether the member takes part; all zero for an unknown member.
    /// @dev One storage word, no revert: what the market asks for each profile.
    function record(uint16 member) external view returns (address account, uint16 capacity, bool active);

    /// @notice The account of a member; reverts for an unknown one.
    function accountOf(uint16 member) external view returns (address);

    /// @notice The connection capacity of a member, packets per slot; reverts for an unknown one.
    function capacityOf(uint16 member) external view returns (uint16);

    /// @notice The meter commitment of a member; reverts for an unknown one.
    function meterOf(uint16 member) external view returns (bytes32);

    /// @notice The member id of an account, 0 if it is nobody's.
    function memberOf(address account) external view returns (uint16);
}
