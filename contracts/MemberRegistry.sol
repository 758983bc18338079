// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";

/// @title MemberRegistry
/// @notice Who takes part: account, meter and connection capacity of each member, attested by the DSO.
contract MemberRegistry is IMemberRegistry, AccessControl {
    /// @dev One storage word.
    struct Member {
        address account;
        uint16 capacity;
        Status status;
        Kind kind;
    }

    /// @dev One storage word: who comes next, from when, and who said so.
    struct Proposal {
        address account;
        uint64 readyAt;
        bool byDso;
    }

    /// @notice Attests members.
    bytes32 public constant DSO_ROLE = keccak256("DSO_ROLE");
    /// @notice The most member ids that are handed out.
    uint16 public constant MAX_MEMBERS = 8192;
    /// @notice The most packets per slot that a connection carries: what an order can say.
    uint16 public constant MAX_CAPACITY = 2047;

    /// @inheritdoc IMemberRegistry
    uint16 public count;
    /// @dev Beside `count` in its word.
    uint16 private _active;
    /// @inheritdoc IMemberRegistry
    mapping(address account => uint16) public everOf;

    mapping(uint16 member => Member) private _members;
    mapping(uint16 member => bytes32) private _meters;
    mapping(bytes32 meter => uint16) private _behind;
    mapping(uint16 member => Proposal) private _proposals;
    Proposal private _nextDso;
    address private _dso;

    /// @notice Says which days there are.
    ITariff public immutable tariff;
    /// @notice Says what is unsettled.
    IDayBook public immutable dayBook;
    /// @inheritdoc IMemberRegistry
    uint256 public immutable delay;

    /// @dev The member's account, or the DSO.
    modifier onlyParty(uint16 member) {
        if (msg.sender != _known(member).account && !_isDso()) revert NotForCaller(member, msg.sender);
        _;
    }

    /// @param admin Proposes another DSO, and can stop the one there is.
    /// @param dso Attests members.
    /// @param delay_ Seconds between the proposal of an account, or a DSO, and its start.
    constructor(address admin, address dso, ITariff tariff_, IDayBook dayBook_, uint256 delay_) {
        (tariff, dayBook, delay) = (tariff_, dayBook_, delay_);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(DSO_ROLE, dso);
        _dso = dso;
    }

    // ------------------------------------------------------------------ attest

    /// @inheritdoc IMemberRegistry
    function attest(
        address account,
        bytes32 meter,
        uint16 capacity
    ) external onlyRole(DSO_ROLE) returns (uint16 member) {
        return _attest(account, meter, capacity, Kind.Household);
    }

    /// @inheritdoc IMemberRegistry
    function attestTrader(
        address account,
        bytes32 nomination,
        uint16 capacity,
        Kind kind
    ) external onlyRole(DSO_ROLE) returns (uint16 member) {
        if (kind == Kind.Household) revert NotATrader(kind);
        member = _attest(account, nomination, capacity, kind);
        emit TraderAttested(member, kind);
    }

    function _attest(address account, bytes32 meter, uint16 capacity, Kind kind) private returns (uint16 member) {
        _checkAccount(account);
        if (meter == 0) revert ZeroMeter();
        if (capacity == 0 || capacity > MAX_CAPACITY) revert CapacityOutOfRange(capacity, MAX_CAPACITY);
        if (_behind[meter] != 0) revert MeterTaken(meter, _behind[meter]);
        if (count == MAX_MEMBERS) revert RegistryFull(MAX_MEMBERS);
        member = ++count;
        ++_active;
        _members[member] = Member(account, capacity, Status.Active, kind);
        everOf[account] = member;
        _meters[member] = meter;
        _behind[meter] = member;
        emit MemberAttested(member, account, meter, capacity);
    }

    function _checkAccount(address account) private view {
        if (account == address(0)) revert ZeroAccount();
        if (everOf[account] != 0) revert AccountTaken(account, everOf[account]);
    }

    // ------------------------------------------------------------------ rotate

    /// @inheritdoc IMemberRegistry
    function proposeAccount(uint16 member, address account) external onlyParty(member) {
        _checkAccount(account);
        bool byDso = msg.sender != _members[member].account;
        Proposal memory known = _proposals[member];
        if (byDso && known.account != address(0) && !known.byDso) revert ProposalStands(member, known.account);
        uint256 readyAt = block.timestamp + delay;
        _proposals[member] = Proposal(account, uint64(readyAt), byDso);
        emit AccountProposed(member, account, readyAt, byDso);
    }

    /// @inheritdoc IMemberRegistry
    function cancelAccount(uint16 member) external onlyParty(member) {
        Proposal memory known = _proposals[member];
        if (known.account == address(0)) revert NothingProposed();
        if (msg.sender != _members[member].account && !known.byDso) revert ProposalStands(member, known.account);
        delete _proposals[member];
        emit AccountCancelled(member, known.account);
    }

    /// @inheritdoc IMemberRegistry
    function takeAccount(uint16 member) external {
        Proposal memory known = _proposals[member];
        if (known.account == address(0)) revert NothingProposed();
        if (msg.sender != known.account) revert NotForCaller(member, msg.sender);
        if (block.timestamp < known.readyAt) revert TooEarly(known.readyAt);
        _checkAccount(known.account); // another member may have taken it meanwhile
        delete _proposals[member];
        address before = _members[member].account;
        _members[member].account = known.account;
        everOf[known.account] = member;
        emit AccountChanged(member, before, known.account);
    }

    /// @inheritdoc IMemberRegistry
    function proposeDso(address dso) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (dso == address(0)) revert ZeroAccount();
        _nextDso = Proposal(dso, uint64(block.timestamp + delay), false);
        emit DsoProposed(dso, _nextDso.readyAt);
    }

    /// @inheritdoc IMemberRegistry
    function applyDso() external {
        Proposal memory next = _nextDso;
        if (next.account == address(0)) revert NothingProposed();
        if (block.timestamp < next.readyAt) revert TooEarly(next.readyAt);
        address before = _dso;
        _revokeRole(DSO_ROLE, before);
        _grantRole(DSO_ROLE, next.account);
        _dso = next.account;
        delete _nextDso;
        emit DsoChanged(before, next.account);
    }

    /// @notice As in AccessControl, but for the DSO's role, which only `applyDso` grants. To take it away needs no delay.
    function grantRole(bytes32 role, address account) public override {
        if (role == DSO_ROLE) revert ProposeInstead();
        super.grantRole(role, account);
    }

    // ------------------------------------------------------------------- leave

    /// @inheritdoc IMemberRegistry
    function leave(uint16 member) external onlyParty(member) {
        Member storage found = _members[member];
        if (found.status != Status.Active) revert WrongStatus(member, found.status);
        found.status = Status.Leaving;
        --_active;
        emit MemberLeaving(member);
    }

    /// @inheritdoc IMemberRegistry
    /// @dev Looks through the ring of days, for half a million gas at most. Who is leaving posts nothing any more, so that
    /// what is found stays so.
    function confirmLeft(uint16 member) external {
        Member storage found = _known(member);
        if (found.status != Status.Leaving) revert WrongStatus(member, found.status);
        uint256 day = tariff.latestDay();
        for (uint256 left = tariff.ringDays(); left != 0 && day != 0; (--left, --day)) {
            (uint256 unreleased, bool released) = dayBook.profilesOf(uint16(day), member);
            if (unreleased == 0 && !released) continue;
            if (dayBook.settledBy(uint16(day), member) == 0) revert Unsettled(member, uint16(day));
        }
        found.status = Status.Left;
        emit MemberLeft(member);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IMemberRegistry
    function counts() external view returns (uint16, uint16) {
        return (count, _active);
    }

    /// @inheritdoc IMemberRegistry
    function record(uint16 member) external view returns (address account, uint16 capacity, bool active) {
        Member storage found = _members[member];
        return (found.account, found.capacity, found.status == Status.Active);
    }

    /// @inheritdoc IMemberRegistry
    function standingOf(uint16 member) external view returns (Status, Kind) {
        Member storage found = _known(member);
        return (found.status, found.kind);
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

    /// @inheritdoc IMemberRegistry
    function memberOf(address account) external view returns (uint16 member) {
        member = everOf[account];
        if (_members[member].account != account) member = 0;
    }

    /// @inheritdoc IMemberRegistry
    function proposalOf(uint16 member) external view returns (address account, uint256 readyAt, bool byDso) {
        Proposal storage known = _proposals[member];
        return (known.account, known.readyAt, known.byDso);
    }

    /// @inheritdoc IMemberRegistry
    function proposedDso() external view returns (address dso, uint256 readyAt) {
        return (_nextDso.account, _nextDso.readyAt);
    }

    function _isDso() private view returns (bool) {
        return hasRole(DSO_ROLE, msg.sender);
    }

    function _known(uint16 member) private view returns (Member storage found) {
        found = _members[member];
        if (found.status == Status.Unknown) revert UnknownMember(member);
    }
}
