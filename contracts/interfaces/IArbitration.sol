// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDayBook} from "./IDayBook.sol";

/// @title IArbitration
/// @notice Disputes about one member's flows of one day: with a bond, before an arbiter that is not the oracle.
/// @dev A dispute holds up nobody. The day is settled by its report meanwhile; a ruling then settles the member by the
/// flows that were ruled, or moves the difference. Flows are ten words as in a leaf (`FlowTree`), here without quality.
///
/// What it does not do: it does not know what truly flowed. The arbiter looks at meters off chain; its ruling is bounded by
/// the member's connection, and moves money between this member and the supplier alone.
interface IArbitration {
    /// @notice Where a dispute stands.
    /// @dev Withheld: the member says that nobody gave it its leaf, and nobody showed it. Disputed: leaf and reading differ.
    /// Ruled: the arbiter spoke, and the day book was not told yet. Over: conceded, rejected, carried out, or dropped.
    enum Stage {
        None,
        Withheld,
        Disputed,
        Ruled,
        Over
    }

    /// @notice A dispute as it is kept.
    /// @param revision Report disputed.
    /// @param ruleBy Before it the arbiter rules, unix seconds.
    /// @param bond What was paid for it, token base units.
    /// @param reading Hash of the flows that the member's own meter says.
    /// @param leaf Hash of the flows in the report, 0 while withheld.
    /// @param ruled Hash of the flows that were ruled, 0 before.
    struct Case {
        Stage stage;
        uint8 revision;
        uint40 ruleBy;
        uint120 bond;
        bytes32 reading;
        bytes32 leaf;
        bytes32 ruled;
    }

    /// @notice The member's reading says otherwise than its leaf, or it has none (`withheld`).
    event Disputed(
        uint16 indexed day,
        uint16 indexed member,
        uint8 revision,
        bool withheld,
        uint256[10] reading,
        uint256 ruleBy
    );
    /// @notice The member's leaf was shown; if it `agrees` with the reading, the dispute is over.
    event LeafShown(uint16 indexed day, uint16 indexed member, uint8 revision, bool agrees);
    /// @notice The arbiter ruled these flows.
    event Ruled(uint16 indexed day, uint16 indexed member, uint256[10] flows);
    /// @notice The arbiter found the report right.
    event Rejected(uint16 indexed day, uint16 indexed member);
    /// @notice The day book was told.
    event CarriedOut(uint16 indexed day, uint16 indexed member);
    /// @notice Nobody ruled in time, or the day is unwound.
    event Dropped(uint16 indexed day, uint16 indexed member);
    event ArbiterProposed(address indexed arbiter, uint256 readyAt);
    event ArbiterChanged(address indexed before, address indexed arbiter);

    error NotDisputable(uint16 day, uint256 disputeBy);
    error NothingToDispute(uint16 day, uint16 member);
    error DisputedBefore(uint16 day, uint16 member, uint8 revision);
    error ReadingAgrees(uint16 day, uint16 member);
    error ReadingDiffers(uint16 day, uint16 member);
    error MalformedFlows(uint256 index, uint256 word);
    error FlowAboveCapacity(uint256 index, uint256 word, uint256 capacity);
    error BadReadingSignature(uint16 member);
    error OneLeafWanted(uint256 given);
    error NotTheMembersLeaf(uint16 member, uint256 given);
    error WrongRoot(uint16 day, bytes32 given, bytes32 root);
    error WrongStage(uint16 day, uint16 member, Stage stage);
    error NotTheArbiter(address caller);
    error ArbiterSignsReports(address arbiter);
    error RulingOver(uint16 day, uint16 member, uint256 ruleBy);
    error RulingAwaited(uint16 day, uint16 member, uint256 ruleBy);
    error WrongRuling(bytes32 given, bytes32 ruled);
    error NothingProposed();
    error TooEarly(uint256 readyAt);
    error ZeroArbiter();
    error ZeroBond();

    /// @notice Disputes a leaf of the latest report: it is shown with its proof, beside the reading that the member signed.
    /// @dev Anyone's call, who pays the bond; a helper may do it for a member without money.
    /// @param leaves The member's leaf alone in full.
    /// @param reading What the member's own meter says.
    /// @param signature The member's, EIP-712: MeterReading(day, member, revision, flows).
    function disputeLeaf(
        uint16 day,
        IDayBook.Leaves calldata leaves,
        uint256[10] calldata reading,
        bytes calldata signature
    ) external;

    /// @notice Says that nobody gave the member its leaf. Who has it shows it (`showLeaf`); else the arbiter rules without.
    function disputeWithheld(
        uint16 day,
        uint16 member,
        uint256[10] calldata reading,
        bytes calldata signature
    ) external;

    /// @notice Shows the member's leaf of the latest report. Where it agrees with the reading the dispute is over, and the
    /// bond goes back; where it does not, a withheld leaf is one that is disputed from now on. Anyone's call.
    function showLeaf(uint16 day, uint16 member, IDayBook.Leaves calldata leaves) external;

    /// @notice The arbiter's: these flows count for the member, whatever the reports say; the bond goes back.
    function rule(uint16 day, uint16 member, uint256[10] calldata flows) external;

    /// @notice The arbiter's: the report stands; the bond goes to the supplier.
    function reject(uint16 day, uint16 member) external;

    /// @notice Tells the day book what was ruled; anyone's call, once the day can be settled.
    /// @param before Leaves of the report that the member was settled by; without leaves where it is not settled yet, or as if
    /// nothing had flowed.
    /// @param readings The member's profiles of the day, unless they were released.
    function carryOut(
        uint16 day,
        uint16 member,
        uint256[10] calldata flows,
        IDayBook.Leaves calldata before,
        IDayBook.BatchReading[] calldata readings
    ) external;

    /// @notice Ends a dispute that nobody ruled on in time, or whose day is unwound; the bond goes back; anyone's call.
    function drop(uint16 day, uint16 member) external;

    /// @notice Proposes another arbiter, in place of an earlier proposal; the admin's call.
    function proposeArbiter(address arbiter) external;

    /// @notice Puts the proposed arbiter in place after the delay; anyone's call.
    function applyArbiter() external;

    /// @notice The latest dispute of a member's day.
    function caseOf(uint16 day, uint16 member) external view returns (Case memory);

    /// @notice Disputes of the day that are not over: its place in the ring is not free before.
    function unresolved(uint16 day) external view returns (uint256);
}
