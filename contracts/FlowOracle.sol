// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {IFlowOracle} from "./interfaces/IFlowOracle.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {Slot} from "./types/Slot.sol";

/// @title FlowOracle
/// @notice Proof of flow: the latest report of each day that enough of the DSO's signers signed, and those before it.
contract FlowOracle is IFlowOracle, AccessControl, EIP712 {
    /// @dev One storage word: what is known about the day in a place of the ring.
    struct Record {
        uint16 day;
        uint8 revisions;
        bool frozen;
        bool imbalanced;
        uint40 acceptedAt;
        uint40 revisedAt;
    }

    struct Accepted {
        bytes32 root;
        bytes32 digest;
    }

    /// @dev A place of the ring. Only the first `record.revisions` numbers of meters and reports belong to the day.
    struct Entry {
        Record record;
        uint16[16] meters;
        Accepted[16] reports;
    }

    struct SignerSet {
        address[] signers;
        uint8 threshold;
    }

    /// @notice The most reports of a day: the first and its revisions.
    uint256 public constant MAX_REVISIONS = 16;
    /// @notice The most signers of a set.
    uint256 public constant MAX_SIGNERS = 16;

    bytes32 private constant REPORT_TYPEHASH = keccak256(
        "FlowReport(bytes32 feeder,uint16 day,uint32 firstSlot,uint8 count,uint8 revision,bytes32 previous,bytes32 root,uint16 meters,uint64 drawnPackets,uint64 fedInPackets,int64 feederPackets,uint32 estimated,uint32 epoch)"
    );

    /// @notice Knows how many members there are.
    IMemberRegistry public immutable registry;
    /// @notice Knows which slots make up a day.
    ITariff public immutable tariff;
    /// @inheritdoc IFlowOracle
    bytes32 public immutable feeder;
    /// @inheritdoc IFlowOracle
    uint256 public immutable settleLimit;

    uint256 private immutable _reportLimit;
    uint256 private immutable _disputeWindow;
    uint256 private immutable _hardLimit;
    uint256 private immutable _signerDelay;
    uint256 private immutable _tolerancePermille;
    uint256 private immutable _slotSeconds;
    uint256 private immutable _ringDays;

    SignerSet private _inForce;
    SignerSet private _proposed;
    uint32 private _epoch;
    uint64 private _readyAt;

    mapping(uint256 place => Entry) private _ring;

    /// @param admin Proposes signers.
    /// @param feeder_ The feeder that reports are about.
    /// @param registry_ Knows how many members there are.
    /// @param tariff_ Knows which slots make up a day.
    /// @param signers_ The first signers, in strictly rising order.
    /// @param threshold How many of them sign a report.
    /// @param windows What is fixed for good.
    constructor(
        address admin,
        bytes32 feeder_,
        IMemberRegistry registry_,
        ITariff tariff_,
        address[] memory signers_,
        uint8 threshold,
        Windows memory windows
    ) EIP712("FlowOracle", "1") {
        uint256 ringDays = tariff_.ringDays();
        if (!_fit(windows, ringDays)) revert WindowsDontFit(windows, ringDays);
        (registry, tariff, feeder) = (registry_, tariff_, feeder_);
        (_slotSeconds, _ringDays) = (tariff_.slotSeconds(), ringDays);
        (_reportLimit, _disputeWindow) = (windows.reportLimit, windows.disputeWindow);
        (settleLimit, _hardLimit) = (windows.settleLimit, windows.hardLimit);
        (_signerDelay, _tolerancePermille) = (windows.signerDelay, windows.tolerancePermille);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _checkSet(signers_, threshold);
        _inForce = SignerSet(signers_, threshold);
        _epoch = 1;
        emit SignersApplied(1, signers_, threshold);
    }

    /// @inheritdoc IFlowOracle
    function submit(FlowReport calldata report, bytes[] calldata signatures) external {
        uint256 end = _checkSlots(report);
        if (block.timestamp < end) revert DayNotEnded(report.day, end);
        Record memory record = _recordOf(report.day);
        if (record.frozen) revert DayFrozen(report.day);
        _checkTurn(report, record.revisions, end);
        _checkMeters(report.meters);
        bytes32 digest = _checkSigned(report, signatures);
        _accept(report, record, digest);
    }

    /// @inheritdoc IFlowOracle
    function freeze(
        FlowReport calldata reportA,
        bytes[] calldata signaturesA,
        FlowReport calldata reportB,
        bytes[] calldata signaturesB
    ) external {
        uint256 end = _checkSlots(reportA);
        _checkSlots(reportB);
        Record memory record = _recordOf(reportA.day);
        if (record.frozen) revert DayFrozen(record.day);
        uint256 deadline = record.revisions == 0 ? end + _reportLimit : record.acceptedAt + _disputeWindow;
        if (block.timestamp >= deadline) revert TooLate(record.day, deadline);
        bytes32 digestA = _checkSigned(reportA, signaturesA);
        bytes32 digestB = _checkSigned(reportB, signaturesB);
        bool sameTurn = reportA.day == reportB.day && reportA.revision == reportB.revision;
        if (!sameTurn || digestA == digestB) revert NoContradiction(digestA, digestB);
        record.frozen = true;
        _entryOf(record.day).record = record;
        emit ReportFrozen(record.day, reportA.revision, digestA, digestB);
    }

    /// @inheritdoc IFlowOracle
    function proposeSigners(address[] calldata set, uint8 threshold) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _checkSet(set, threshold);
        _proposed = SignerSet(set, threshold);
        _readyAt = uint64(block.timestamp + _signerDelay);
        emit SignersProposed(set, threshold, _readyAt);
    }

    /// @inheritdoc IFlowOracle
    function applySigners() external {
        if (_readyAt == 0) revert NothingProposed();
        if (block.timestamp < _readyAt) revert TooEarly(_readyAt);
        _inForce = _proposed;
        delete _proposed;
        _readyAt = 0;
        emit SignersApplied(++_epoch, _inForce.signers, _inForce.threshold);
    }

    /// @inheritdoc IFlowOracle
    function status(uint16 day) external view returns (FlowStatus memory) {
        Record memory record = _recordOf(day);
        (uint40 acceptedAt, uint40 revisedAt) = (record.acceptedAt, record.revisedAt);
        return FlowStatus(_stateOf(record), record.revisions, record.frozen, record.imbalanced, acceptedAt, revisedAt);
    }

    /// @inheritdoc IFlowOracle
    function rootOf(uint16 day, uint8 revision) external view returns (bytes32 root, uint256 leafCount) {
        Entry storage entry = _accepted(day, revision);
        return (entry.reports[revision].root, entry.meters[revision]);
    }

    /// @inheritdoc IFlowOracle
    function digestOf(uint16 day, uint8 revision) external view returns (bytes32) {
        return _accepted(day, revision).reports[revision].digest;
    }

    /// @inheritdoc IFlowOracle
    function latestRevision(uint16 day) external view returns (uint8) {
        uint8 revisions = _recordOf(day).revisions;
        if (revisions == 0) revert UnknownRevision(day, 0);
        return revisions - 1;
    }

    /// @inheritdoc IFlowOracle
    function deadlines(uint16 day) external view returns (uint256 reportBy, uint256 settleFrom, uint256 hardBy) {
        Record memory record = _recordOf(day);
        uint256 end = _endOf(day);
        bool settles = record.revisions != 0 && !record.frozen;
        return (end + _reportLimit, settles ? record.acceptedAt + _disputeWindow : type(uint256).max, end + _hardLimit);
    }

    /// @inheritdoc IFlowOracle
    function disputeBy(uint16 day) external view returns (uint256) {
        Record memory record = _recordOf(day);
        if (record.revisions == 0 || record.frozen) return 0;
        (uint256 first, uint256 latest) = (record.acceptedAt + _disputeWindow, record.revisedAt + settleLimit);
        return first > latest ? first : latest;
    }

    /// @inheritdoc IFlowOracle
    function reviseBy(uint16 day) external view returns (uint256) {
        return _endOf(day) + _reviseLimit();
    }

    /// @inheritdoc IFlowOracle
    function signers() external view returns (address[] memory set, uint8 threshold, uint32 epoch) {
        return (_inForce.signers, _inForce.threshold, _epoch);
    }

    /// @inheritdoc IFlowOracle
    function proposal() external view returns (address[] memory set, uint8 threshold, uint256 readyAt) {
        return (_proposed.signers, _proposed.threshold, _readyAt);
    }

    function _accept(FlowReport calldata report, Record memory record, bytes32 digest) private {
        Entry storage entry = _entryOf(report.day);
        (int256 difference, uint256 tolerated) = _balance(report);
        if (record.revisions == 0) record.acceptedAt = uint40(block.timestamp);
        record.revisedAt = uint40(block.timestamp);
        record.imbalanced = SignedMath.abs(difference) > tolerated;
        ++record.revisions;
        entry.record = record;
        entry.meters[report.revision] = report.meters;
        entry.reports[report.revision] = Accepted(report.root, digest);
        emit ReportAccepted(report.day, report.revision, digest, report);
        if (record.imbalanced) emit ImbalanceFlagged(report.day, report.revision, difference, tolerated);
    }

    /// @dev The day's place in the ring, whatever day is there.
    function _entryOf(uint16 day) private view returns (Entry storage) {
        return _ring[day % _ringDays];
    }

    /// @dev What is known about the day; nothing yet if another is in its place.
    function _recordOf(uint16 day) private view returns (Record memory record) {
        record = _entryOf(day).record;
        if (record.day != day) return Record(day, 0, false, false, 0, 0);
    }

    function _accepted(uint16 day, uint8 revision) private view returns (Entry storage) {
        if (revision >= _recordOf(day).revisions) revert UnknownRevision(day, revision);
        return _entryOf(day);
    }

    function _stateOf(Record memory record) private view returns (State) {
        if (record.revisions != 0 && !record.frozen) {
            return block.timestamp < record.acceptedAt + _disputeWindow ? State.Disputable : State.Settleable;
        }
        return block.timestamp < _endOf(record.day) + _reportLimit ? State.Awaited : State.Missing;
    }

    /// @dev When the day's last slot ends, unix seconds.
    function _endOf(uint16 day) private view returns (uint256) {
        (Slot firstSlot, uint8 count) = tariff.dayOf(day);
        return firstSlot.plus(count).startsAt(_slotSeconds);
    }

    /// @dev A report with other slots than the tariff's can neither be accepted nor convict its signers of anything.
    function _checkSlots(FlowReport calldata report) private view returns (uint256 end) {
        if (report.feeder != feeder) revert WrongFeeder(report.feeder, feeder);
        (Slot firstSlot, uint8 count) = tariff.dayOf(report.day);
        bool same = Slot.unwrap(report.firstSlot) == Slot.unwrap(firstSlot) && report.count == count;
        if (!same) revert WrongSlots(report.day, firstSlot, count);
        return firstSlot.plus(count).startsAt(_slotSeconds);
    }

    function _checkTurn(FlowReport calldata report, uint8 next, uint256 end) private view {
        if (next == MAX_REVISIONS) revert TooManyRevisions(report.day, MAX_REVISIONS);
        if (report.revision != next) revert WrongRevision(report.day, report.revision, next);
        uint256 deadline = end + (next == 0 ? _reportLimit : _reviseLimit());
        if (block.timestamp >= deadline) revert TooLate(report.day, deadline);
        bytes32 previous = next == 0 ? bytes32(0) : _entryOf(report.day).reports[next - 1].digest;
        if (report.previous != previous) revert WrongPrevious(report.previous, previous);
    }

    /// @dev Seconds after the day's end. The last revision leaves time to dispute it and to rule on it within the hard limit.
    function _reviseLimit() private view returns (uint256) {
        return _hardLimit - 2 * settleLimit;
    }

    /// @dev Not equal to the number of members: some may have joined since the day, and their leaves would be empty.
    /// Members beyond the last leaf can prove nothing, and are settled as if their flows were zero; a revision may add them.
    function _checkMeters(uint256 meters) private view {
        uint256 members = registry.count();
        if (meters == 0 || meters > members) revert MetersOutOfRange(meters, members);
    }

    function _checkSigned(
        FlowReport calldata report,
        bytes[] calldata signatures
    ) private view returns (bytes32 digest) {
        if (report.epoch != _epoch) revert WrongEpoch(report.epoch, _epoch);
        if (signatures.length < _inForce.threshold) revert TooFewSignatures(signatures.length, _inForce.threshold);
        digest = _hashTypedDataV4(keccak256(abi.encode(REPORT_TYPEHASH, report)));
        address last;
        uint256 place;
        for (uint256 i; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (err != ECDSA.RecoverError.NoError) revert BadSignature(i);
            if (signer <= last) revert SignersNotRising(i, signer);
            place = _placeOf(signer, place, i);
            last = signer;
        }
    }

    /// @dev Where in the sorted set in force `signer` is, at `from` or later.
    function _placeOf(address signer, uint256 from, uint256 index) private view returns (uint256) {
        address[] storage set = _inForce.signers;
        uint256 size = set.length;
        while (from < size && set[from] < signer) ++from;
        if (from == size || set[from] != signer) revert UnknownSigner(index, signer);
        return from;
    }

    /// @dev By how many packets the meters differ from the feeder head, and by how many they may: a share of the gross
    /// flow for losses, and one for each of the two registers of each meter and of the head, which are rounded down.
    function _balance(FlowReport calldata report) private view returns (int256 difference, uint256 tolerated) {
        (uint256 drawn, uint256 fedIn) = (report.drawnPackets, report.fedInPackets);
        difference = int256(drawn) - int256(fedIn) - report.feederPackets;
        tolerated = 2 * (uint256(report.meters) + 1) + ((drawn + fedIn) * _tolerancePermille) / 1000;
    }

    function _checkSet(address[] memory set, uint8 threshold) private pure {
        if (set.length == 0 || set.length > MAX_SIGNERS) revert SignerCountOutOfRange(set.length, MAX_SIGNERS);
        if (threshold == 0 || threshold > set.length) revert ThresholdOutOfRange(threshold, set.length);
        address last;
        for (uint256 i; i < set.length; ++i) {
            if (set[i] <= last) revert SignersNotRising(i, set[i]);
            last = set[i];
        }
    }

    /// @dev The two days of room: a day may be fixed long before it starts, and lasts one.
    function _fit(Windows memory windows, uint256 ringDays) private pure returns (bool) {
        (uint256 report, uint256 dispute, uint256 settle) = (
            windows.reportLimit,
            windows.disputeWindow,
            windows.settleLimit
        );
        if (report == 0 || dispute == 0 || settle == 0 || windows.signerDelay == 0) return false;
        if (windows.tolerancePermille > 1000) return false;
        return report + dispute + 2 * settle <= windows.hardLimit && windows.hardLimit + 2 days < ringDays * 1 days;
    }
}
