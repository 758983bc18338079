// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Slot} from "../types/Slot.sol";

/// @title IFlowOracle
/// @notice Proof of flow: what every meter drew and fed in on a day, as a Merkle root under k of n signatures of the DSO.
/// @dev A day's first report is revision 0; a revision replaces the report before it and names its digest. All roots of a
/// day are kept until the ring comes round. `FlowTree` says what a leaf is.
///
/// Deadlines are half-open: what is to be done by a deadline is done before that second; from that second on it is late.
///
/// What it does not do: it does not prove that a meter tells the truth, nor that two reports which differ only in time
/// and epoch come from an honest DSO. It has no access to money.
interface IFlowOracle {
    /// @notice The EIP-712 struct that signers sign, in domain ("FlowOracle", "1").
    /// @param feeder The feeder reported on.
    /// @param day Number of the day in the tariff.
    /// @param firstSlot First slot of that day.
    /// @param count Number of its slots.
    /// @param revision 0 for the first report of the day.
    /// @param previous Digest of the report that this one replaces, zero for revision 0.
    /// @param root Merkle root over the meters.
    /// @param meters Number of leaves: the members 1 .. meters.
    /// @param drawnPackets What all meters together drew from the feeder.
    /// @param fedInPackets What all meters together fed into it.
    /// @param feederPackets Net flow through the feeder head, positive into the community.
    /// @param estimated Number of readings that were not measured.
    /// @param epoch Epoch of the signer set.
    struct FlowReport {
        bytes32 feeder;
        uint16 day;
        Slot firstSlot;
        uint8 count;
        uint8 revision;
        bytes32 previous;
        bytes32 root;
        uint16 meters;
        uint64 drawnPackets;
        uint64 fedInPackets;
        int64 feederPackets;
        uint32 estimated;
        uint32 epoch;
    }

    /// @notice The spans of time, all in seconds, and the tolerance, that are fixed for good at deployment.
    /// @param reportLimit After the day's end, for the first report.
    /// @param disputeWindow After the first report, until settlement opens.
    /// @param settleLimit After settlement opens, until anyone may settle unproven members as zero; also the time to dispute
    /// a revision, and the time to rule on a dispute.
    /// @param hardLimit After the day's end, for the last correction; two settle limits before it, for the last revision.
    /// @param signerDelay Between the proposal of signers and their start.
    /// @param tolerancePermille Share of the gross flow by which the meters may differ from the feeder head (losses).
    struct Windows {
        uint32 reportLimit;
        uint32 disputeWindow;
        uint32 settleLimit;
        uint32 hardLimit;
        uint32 signerDelay;
        uint16 tolerancePermille;
    }

    /// @notice Where the proof of a day stands.
    /// @dev Awaited: no accepted report and its limit not reached. Disputable: accepted, its dispute window open.
    /// Settleable: the window is over and the report not frozen; it stays so. Missing: the limit passed without an
    /// accepted, unfrozen report; it stays so, and the day may be unwound. A dispute of one member's leaf
    /// (`IArbitration`) changes none of this: the others don't wait for it, and its ruling moves a difference.
    enum State {
        Awaited,
        Disputable,
        Settleable,
        Missing
    }

    /// @notice What is known about the proof of a day.
    /// @param state Where it stands at this second.
    /// @param revisions Number of accepted reports.
    /// @param frozen Whether two contradicting reports were shown.
    /// @param imbalanced Whether the meters of the latest report do not add up to the feeder head's flow.
    /// @param acceptedAt When revision 0 was accepted, unix seconds; 0 before.
    /// @param revisedAt When the latest revision was accepted, unix seconds; 0 before.
    struct FlowStatus {
        State state;
        uint8 revisions;
        bool frozen;
        bool imbalanced;
        uint40 acceptedAt;
        uint40 revisedAt;
    }

    /// @notice The windows are zero, don't follow each other within the hard limit, or outlast the ring.
    error WindowsDontFit(Windows windows, uint256 ringDays);
    /// @notice The report is about another feeder.
    error WrongFeeder(bytes32 given, bytes32 feeder);
    /// @notice The tariff gives the day other slots.
    error WrongSlots(uint16 day, Slot firstSlot, uint8 count);
    /// @notice The day ends at `endsAt`, unix seconds.
    error DayNotEnded(uint16 day, uint256 endsAt);
    /// @notice The deadline, unix seconds, is reached.
    error TooLate(uint16 day, uint256 deadline);
    /// @notice Contradicting reports of the day were shown.
    error DayFrozen(uint16 day);
    /// @notice The next report of the day has revision `next`.
    error WrongRevision(uint16 day, uint8 given, uint8 next);
    /// @notice The day has had all `max` reports.
    error TooManyRevisions(uint16 day, uint256 max);
    /// @notice The report names another digest than that of the report before it.
    error WrongPrevious(bytes32 given, bytes32 previous);
    /// @notice A report covers from 1 to `max` meters, the number of members.
    error MetersOutOfRange(uint256 meters, uint256 max);
    /// @notice The report was signed for another set of signers.
    error WrongEpoch(uint32 given, uint32 epoch);
    /// @notice Fewer signatures than the threshold.
    error TooFewSignatures(uint256 given, uint256 threshold);
    /// @notice Signature `index` recovers nobody: wrong length, high s, or garbage.
    error BadSignature(uint256 index);
    /// @notice The signer recovered from signature `index` is not above the one before.
    error SignersNotRising(uint256 index, address signer);
    /// @notice Signature `index` is by nobody in the set; also when it signs another report, chain or contract.
    error UnknownSigner(uint256 index, address signer);
    /// @notice The two reports are not about the same day and revision, or are the same.
    error NoContradiction(bytes32 digestA, bytes32 digestB);
    /// @notice A set has from 1 to `max` signers.
    error SignerCountOutOfRange(uint256 count, uint256 max);
    /// @notice The threshold is from 1 to the number of signers.
    error ThresholdOutOfRange(uint256 threshold, uint256 count);
    /// @notice No signers are proposed.
    error NothingProposed();
    /// @notice The proposed signers may start at `readyAt`, unix seconds.
    error TooEarly(uint256 readyAt);
    /// @notice The day has no accepted report of that revision.
    error UnknownRevision(uint16 day, uint8 revision);

    /// @notice A report was accepted as the latest of its day.
    event ReportAccepted(uint16 indexed day, uint8 indexed revision, bytes32 indexed digest, FlowReport report);
    /// @notice The accepted report's meters differ from the feeder head by `difference` packets, more than `tolerated`.
    event ImbalanceFlagged(uint16 indexed day, uint8 indexed revision, int256 difference, uint256 tolerated);
    /// @notice Two contradicting reports of the day were shown: it will not be settled.
    event ReportFrozen(uint16 indexed day, uint8 indexed revision, bytes32 digestA, bytes32 digestB);
    /// @notice Signers were proposed, to start at `readyAt` (unix seconds) or later.
    event SignersProposed(address[] signers, uint8 threshold, uint256 readyAt);
    /// @notice The signers of this epoch are in force.
    event SignersApplied(uint32 indexed epoch, address[] signers, uint8 threshold);

    /// @notice Accepts the next report of a day.
    /// @dev Open to anyone: the signatures count, not the sender. Pausing is not built; a pause of minting would be asked
    /// for here, and would let the day run into Missing.
    /// @param report As signed.
    /// @param signatures 65 bytes each, in strictly rising order of the signers' addresses, at least the threshold.
    function submit(FlowReport calldata report, bytes[] calldata signatures) external;

    /// @notice Freezes a day of which the signers signed two different reports with one revision.
    /// @dev Open to anyone, in either order, until settlement opens, or without a report until the limit for it.
    function freeze(
        FlowReport calldata reportA,
        bytes[] calldata signaturesA,
        FlowReport calldata reportB,
        bytes[] calldata signaturesB
    ) external;

    /// @notice Proposes the next signers, in place of an earlier proposal; those in force stay so until they are applied.
    /// @dev Only the admin. To withdraw a proposal, propose the signers in force.
    /// @param signers In strictly rising order.
    /// @param threshold How many of them sign a report.
    function proposeSigners(address[] calldata signers, uint8 threshold) external;

    /// @notice Puts the proposed signers in force after the delay and starts the next epoch; open to anyone.
    function applySigners() external;

    /// @notice Where the proof of a day stands; reverts for a day without a report that the tariff does not know.
    function status(uint16 day) external view returns (FlowStatus memory);

    /// @notice Merkle root and number of leaves of an accepted report; reverts with UnknownRevision.
    function rootOf(uint16 day, uint8 revision) external view returns (bytes32 root, uint256 leafCount);

    /// @notice EIP-712 digest of an accepted report; reverts with UnknownRevision.
    function digestOf(uint16 day, uint8 revision) external view returns (bytes32);

    /// @notice Revision of the latest accepted report; reverts with UnknownRevision if there is none.
    function latestRevision(uint16 day) external view returns (uint8);

    /// @notice The deadlines of a day, unix seconds.
    /// @return reportBy Before it revision 0 must be accepted.
    /// @return settleFrom From it the day is settled; the largest uint256 while there is no accepted, unfrozen report.
    /// @return hardBy Until it a member is corrected.
    function deadlines(uint16 day) external view returns (uint256 reportBy, uint256 settleFrom, uint256 hardBy);

    /// @notice Before it a leaf of the day's latest report may be disputed, unix seconds; 0 without an accepted, unfrozen
    /// report. The dispute window from the first report on, and a settle limit at least from each revision on.
    function disputeBy(uint16 day) external view returns (uint256);

    /// @notice Before it a revision must be accepted, unix seconds.
    function reviseBy(uint16 day) external view returns (uint256);

    /// @notice From settleFrom plus so many seconds anyone may settle a member without proof as zero.
    function settleLimit() external view returns (uint256);

    /// @notice The feeder that reports are about.
    function feeder() external view returns (bytes32);

    /// @notice The signers in force, how many of them sign a report, and their epoch.
    function signers() external view returns (address[] memory set, uint8 threshold, uint32 epoch);

    /// @notice The proposed signers and from when they may be applied, unix seconds; 0 if none are.
    function proposal() external view returns (address[] memory set, uint8 threshold, uint256 readyAt);
}
