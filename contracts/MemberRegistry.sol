// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";

/// @title MemberRegistry
/// @notice Who takes part: account, meter and connection capacity of each member, attested by the DSO.
contract MemberRegistry is IMemberRegistry, AccessControl {
    /// @dev One storage word.
    struct Member {
        address account;
        uint16 capacity;
        Status status;
    }

    /// @notice Attests members.
    bytes32 public constant DSO_ROLE = keccak256("DSO_ROLE");
    /// @notice The most member ids that are handed out.
    uint16 public constant MAX_MEMBERS = 8192;
    /// @notice The most packets per slot that a connection carries: what an order can say.
    uint16 public constant MAX_CAPACITY = 2047;

    /// @inheritdoc IMemberRegistry
    uint16 public count;
    /// @inheritdoc IMemberRegistry
    mapping(address account => uint16) public memberOf;

    mapping(uint16 member => Member) private _members;
    mapping(uint16 member => bytes32) private _meters;
    mapping(bytes32 meter => uint16) private _behind;

    /// @param admin May grant and revoke the roles.
    /// @param dso Attests members.
    constructor(address admin, address dso) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(DSO_ROLE, dso);
    }

    /// @inheritdoc IMemberRegistry
    function attest(
        address account,
        bytes32 meter,
        uint16 capacity
    ) external onlyRole(DSO_ROLE) returns (uint16 member) {
        _check(account, meter, capacity);
        if (count == MAX_MEMBERS) revert RegistryFull(MAX_MEMBERS);
        member = ++count;
        _members[member] = Member(account, capacity, Status.Active);
        memberOf[account] = member;
        _meters[member] = meter;
        _behind[meter] = member;
        emit MemberAttested(member, account, meter, capacity);
    }

    /// @inheritdoc IMemberRegistry
    function record(uint16 member) external view returns (address account, uint16 capacity, bool active) {
        Member storage found = _members[member];
        return (found.account, found.capacity, found.status == Status.Active);
    }

    /// @inheritdoc IMemberRegistry
    function accountOf(uint16 member) external view returns (address) {
        return _known(member).account;
    }

    /// @inheritdoc IMemberRegistry
    function capacityOf(uint16 member) external view returns (uint16) {
        return _known(member).capacity;
    }

    /// @inheritdoc IMemberRegistry
    function meterOf(uint16 member) external view returns (bytes32 meter) {
        meter = _meters[member];
        if (meter == 0) revert UnknownMember(member);
    }

    function _check(address account, bytes32 meter, uint16 capacity) private view {
        if (account == address(0)) revert ZeroAccount();
        if (meter == 0) revert ZeroMeter();
        if (capacity == 0 || capacity > MAX_CAPACITY) revert CapacityOutOfRange(capacity, MAX_CAPACITY);
        if (memberOf[account] != 0) revert AccountTaken(account, memberOf[account]);
        if (_behind[meter] != 0) revert MeterTaken(meter, _behind[meter]);
    }

    function _known(uint16 member) private view returns (Member storage found) {
        found = _members[member];
        if (found.status == Status.Unknown) revert UnknownMember(member);
    }
}
