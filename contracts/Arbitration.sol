// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IArbitration} from "./interfaces/IArbitration.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IFlowOracle} from "./interfaces/IFlowOracle.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {FlowLeaves} from "./libraries/FlowLeaves.sol";
import {FlowTree} from "./libraries/FlowTree.sol";
import {LaneSettlement} from "./libraries/LaneSettlement.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Arbitration
/// @notice Disputes about a member's flows of a day, with a bond, before an arbiter that does not sign reports. It holds
/// neither money nor energy: the `ClearingHouse` keeps bonds, the `DayBook` settles by what was ruled.
contract Arbitration is IArbitration, AccessControl, EIP712, ReentrancyGuardTransient {
    bytes32 private constant READING_TYPEHASH = keccak256(
        "MeterReading(uint16 day,uint16 member,uint8 revision,uint256[10] flows)"
    );
    /// @dev All of a lane but its quality.
    uint256 private constant FLOWS = Lanes.ONES * 0x3fffff;

    IMemberRegistry public immutable members;
    IFlowOracle public immutable oracle;
    IDayBook public immutable dayBook;
    IClearingHouse public immutable house;
    /// @notice What a dispute costs whoever opens it, token base units, until it is over.
    uint256 public immutable bond;
    /// @notice Seconds between the proposal of an arbiter and its start.
    uint256 public immutable delay;

    /// @notice Rules on disputes.
    address public arbiter;
    /// @notice The next arbiter, zero if none is proposed, and from when it may start.
    address public proposedArbiter;
    uint256 public readyAt;

    mapping(uint16 day => mapping(uint16 member => Case)) private _cases;
    /// @inheritdoc IArbitration
    mapping(uint16 day => uint256) public unresolved;

    modifier onlyArbiter() {
        if (msg.sender != arbiter) revert NotTheArbiter(msg.sender);
        _requireIndependent();
        _;
    }

    /// @param admin Proposes arbiters.
    constructor(
        address admin,
        address arbiter_,
        IMemberRegistry members_,
        IFlowOracle oracle_,
        IDayBook dayBook_,
        IClearingHouse house_,
        uint256 bond_,
        uint256 delay_
    ) EIP712("Commonwatt Arbitration", "1") {
        if (arbiter_ == address(0)) revert ZeroArbiter();
        if (bond_ == 0) revert ZeroBond();
        (arbiter, members, oracle) = (arbiter_, members_, oracle_);
        (dayBook, house, bond, delay) = (dayBook_, house_, bond_, delay_);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        emit ArbiterChanged(address(0), arbiter_);
    }

    // ------------------------------------------------------------------ dispute

    /// @inheritdoc IArbitration
    function disputeLeaf(
        uint16 day,
        IDayBook.Leaves calldata leaves,
        uint256[10] calldata reading,
        bytes calldata signature
    ) external nonReentrant {
        uint8 revision = _disputable(day);
        (uint16 member, bytes32 leaf) = _shown(day, revision, leaves);
        if (leaf == _hash(reading)) revert ReadingAgrees(day, member);
        _open(day, member, revision, leaf, reading, signature);
    }

    /// @inheritdoc IArbitration
    function disputeWithheld(
        uint16 day,
        uint16 member,
        uint256[10] calldata reading,
        bytes calldata signature
    ) external nonReentrant {
        _open(day, member, _disputable(day), 0, reading, signature);
    }

    /// @dev The latest revision, of which leaves may be disputed now.
    function _disputable(uint16 day) private view returns (uint8) {
        uint256 disputeBy = oracle.disputeBy(day);
        if (block.timestamp >= disputeBy) revert NotDisputable(day, disputeBy);
        return oracle.latestRevision(day);
    }

    /// @dev One dispute of a member's day at a time, one for each revision, none after a ruling.
    function _open(
        uint16 day,
        uint16 member,
        uint8 revision,
        bytes32 leaf,
        uint256[10] calldata reading,
        bytes calldata signature
    ) private {
        _checkFlows(member, reading);
        _checkSigned(day, member, revision, reading, signature);
        (uint256 unreleased, bool released) = dayBook.profilesOf(day, member);
        if (unreleased == 0 && !released) revert NothingToDispute(day, member);
        Case storage c = _cases[day][member];
        bool free = c.stage == Stage.None || (c.stage == Stage.Over && c.ruled == 0 && c.revision < revision);
        if (!free) revert DisputedBefore(day, member, c.revision);
        (c.stage, c.revision) = (leaf == 0 ? Stage.Withheld : Stage.Disputed, revision);
        c.ruleBy = uint40(oracle.disputeBy(day) + oracle.settleLimit());
        (c.reading, c.leaf) = (_hash(reading), leaf);
        ++unresolved[day];
        c.bond = uint120(house.takeBond(msg.sender, bond));
        emit Disputed(day, member, revision, leaf == 0, reading, c.ruleBy);
    }

    /// @inheritdoc IArbitration
    function showLeaf(uint16 day, uint16 member, IDayBook.Leaves calldata leaves) external nonReentrant {
        Case storage c = _cases[day][member];
        if (c.stage != Stage.Withheld && c.stage != Stage.Disputed) revert WrongStage(day, member, c.stage);
        uint8 revision = oracle.latestRevision(day);
        (uint16 shown, bytes32 leaf) = _shown(day, revision, leaves);
        if (shown != member) revert NotTheMembersLeaf(member, shown);
        bool agrees = leaf == c.reading;
        if (!agrees && c.stage == Stage.Disputed) revert ReadingDiffers(day, member);
        emit LeafShown(day, member, revision, agrees);
        if (agrees) return _end(c, day, member);
        (c.stage, c.revision, c.leaf) = (Stage.Disputed, revision, leaf);
    }

    // --------------------------------------------------------------------- rule

    /// @inheritdoc IArbitration
    function rule(uint16 day, uint16 member, uint256[10] calldata flows) external onlyArbiter nonReentrant {
        Case storage c = _toRule(day, member);
        _checkFlows(member, flows);
        (c.stage, c.ruled) = (Stage.Ruled, _hash(flows));
        uint256 held = c.bond;
        c.bond = 0;
        emit Ruled(day, member, flows);
        house.returnBond(member, held);
    }

    /// @inheritdoc IArbitration
    function reject(uint16 day, uint16 member) external onlyArbiter nonReentrant {
        Case storage c = _toRule(day, member);
        c.stage = Stage.Over;
        --unresolved[day];
        uint256 held = c.bond;
        c.bond = 0;
        emit Rejected(day, member);
        house.forfeitBond(held);
    }

    /// @inheritdoc IArbitration
    function carryOut(
        uint16 day,
        uint16 member,
        uint256[10] calldata flows,
        IDayBook.Leaves calldata before,
        IDayBook.BatchReading[] calldata readings
    ) external nonReentrant {
        Case storage c = _cases[day][member];
        if (c.stage != Stage.Ruled) revert WrongStage(day, member, c.stage);
        if (_hash(flows) != c.ruled) revert WrongRuling(_hash(flows), c.ruled);
        c.stage = Stage.Over;
        --unresolved[day];
        emit CarriedOut(day, member);
        dayBook.settleRuled(day, member, flows, before, readings);
    }

    /// @inheritdoc IArbitration
    function drop(uint16 day, uint16 member) external nonReentrant {
        Case storage c = _cases[day][member];
        if (c.stage == Stage.None || c.stage == Stage.Over) revert WrongStage(day, member, c.stage);
        if (oracle.status(day).state != IFlowOracle.State.Missing) {
            if (c.stage == Stage.Ruled || block.timestamp < c.ruleBy) revert RulingAwaited(day, member, c.ruleBy);
        }
        emit Dropped(day, member);
        _end(c, day, member);
    }

    /// @dev An open dispute, in time.
    function _toRule(uint16 day, uint16 member) private view returns (Case storage c) {
        c = _cases[day][member];
        if (c.stage != Stage.Withheld && c.stage != Stage.Disputed) revert WrongStage(day, member, c.stage);
        if (block.timestamp >= c.ruleBy) revert RulingOver(day, member, c.ruleBy);
    }

    /// @dev Over, and not lost: what is left of the bond goes back.
    function _end(Case storage c, uint16 day, uint16 member) private {
        c.stage = Stage.Over;
        --unresolved[day];
        uint256 held = c.bond;
        c.bond = 0;
        if (held != 0) house.returnBond(member, held);
    }

    // ------------------------------------------------------------------ arbiter

    /// @inheritdoc IArbitration
    function proposeArbiter(address next) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (next == address(0)) revert ZeroArbiter();
        (proposedArbiter, readyAt) = (next, block.timestamp + delay);
        emit ArbiterProposed(next, readyAt);
    }

    /// @inheritdoc IArbitration
    function applyArbiter() external {
        if (proposedArbiter == address(0)) revert NothingProposed();
        if (block.timestamp < readyAt) revert TooEarly(readyAt);
        emit ArbiterChanged(arbiter, proposedArbiter);
        (arbiter, proposedArbiter, readyAt) = (proposedArbiter, address(0), 0);
    }

    /// @dev Whoever signs reports can't judge them; at most 16 signers are looked through.
    function _requireIndependent() private view {
        (address[] memory signers, , ) = oracle.signers();
        for (uint256 i; i < signers.length; ++i) {
            if (signers[i] == arbiter) revert ArbiterSignsReports(arbiter);
        }
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IArbitration
    function caseOf(uint16 day, uint16 member) external view returns (Case memory) {
        return _cases[day][member];
    }

    // ------------------------------------------------------------------ details

    /// @dev Member and hash of flows of the one leaf in full; reverts unless the report holds it.
    function _shown(
        uint16 day,
        uint8 revision,
        IDayBook.Leaves calldata leaves
    ) private view returns (uint16 member, bytes32) {
        (bytes32 root, uint256 leafCount) = oracle.rootOf(day, revision);
        (LaneSettlement.Party[] memory parties, bytes32 given) = FlowLeaves.read(
            leaves.reading,
            leaves.first,
            leaves.count,
            leafCount,
            leaves.proof
        );
        if (given != root) revert WrongRoot(day, given, root);
        if (parties.length != 1) revert OneLeafWanted(parties.length);
        uint256[10] calldata flows;
        uint256 position = parties[0].flows;
        assembly ("memory-safe") {
            flows := position
        }
        return (uint16(parties[0].member), _hash(flows));
    }

    /// @dev Hash of flows without their quality.
    function _hash(uint256[10] calldata flows) private pure returns (bytes32) {
        uint256[10] memory words;
        for (uint256 i; i < 10; ++i) words[i] = flows[i] & FLOWS;
        return keccak256(abi.encode(words));
    }

    /// @dev Nothing but flows in the words, and none that the member's connection can't carry.
    function _checkFlows(uint16 member, uint256[10] calldata flows) private view {
        uint256 capacity = members.capacityOf(member);
        uint256 most = Lanes.spread(capacity);
        for (uint256 i; i < 10; ++i) {
            uint256 word = flows[i];
            if (word & ~FLOWS != 0) revert MalformedFlows(i, word);
            if (Lanes.above(FlowTree.drawn(word), most) | Lanes.above(FlowTree.fedIn(word), most) != 0) {
                revert FlowAboveCapacity(i, word, capacity);
            }
        }
    }

    function _checkSigned(
        uint16 day,
        uint16 member,
        uint8 revision,
        uint256[10] calldata reading,
        bytes calldata signature
    ) private view {
        bytes32 flows = keccak256(abi.encode(reading));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(READING_TYPEHASH, day, member, revision, flows)));
        if (!Signatures.isValid(members.accountOf(member), digest, signature)) revert BadReadingSignature(member);
    }
}
