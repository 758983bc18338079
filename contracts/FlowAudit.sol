// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IFlowAudit} from "./interfaces/IFlowAudit.sol";
import {IFlowOracle} from "./interfaces/IFlowOracle.sol";
import {IPacketCommons} from "./interfaces/IPacketCommons.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {FlowTree} from "./libraries/FlowTree.sol";
import {Slot} from "./types/Slot.sol";

/// @title FlowAudit
/// @notice Proof of flow against the acknowledgments of a commons, meter by meter.
contract FlowAudit is IFlowAudit {
    /// @dev Bytes of a receipt: member and packets.
    uint256 private constant SIZE = 4;

    /// @notice Whose receipts are audited.
    IPacketCommons public immutable commons;
    /// @notice Whose reports they are held against.
    IFlowOracle public immutable oracle;
    /// @notice Says which slots a day has.
    ITariff public immutable tariff;

    constructor(IPacketCommons commons_, IFlowOracle oracle_, ITariff tariff_) {
        (uint256 ofCommons, uint256 ofTariff) = (commons_.slotSeconds(), tariff_.slotSeconds());
        if (ofCommons != ofTariff) revert SlotsDiffer(ofCommons, ofTariff);
        (commons, oracle, tariff) = (commons_, oracle_, tariff_);
    }

    /// @inheritdoc IFlowAudit
    function audit(
        uint16 day,
        Leaf calldata leaf,
        bytes[] calldata receipts
    ) external returns (uint16 member, Finding memory finding) {
        uint8 revision = oracle.latestRevision(day);
        (bytes32 root, ) = oracle.rootOf(day, revision);
        if (!MerkleProof.verifyCalldata(leaf.proof, root, FlowTree.leaf(leaf.words))) revert NotInReport(day, revision);
        member = uint16(leaf.words[0]);
        (Slot first, uint8 count) = tariff.dayOf(day);
        if (receipts.length != count) revert WrongCount(receipts.length, count);
        _checkKept(Slot.unwrap(first), Slot.unwrap(first) + count);
        for (uint256 i; i < count; ++i) {
            uint256 taken = _taken(member, Slot.unwrap(first) + uint32(i), receipts[i]);
            _hold(finding, taken, leaf.words[2 + i / 10] >> (24 * (i % 10)));
        }
        if (finding.excess == 0) emit AcknowledgmentsHeld(day, member, revision, finding);
        else emit AcknowledgmentMismatch(day, member, revision, finding);
    }

    /// @dev The receipts of a slot are read when the slot after it is allocated, and kept for 8,192 slots.
    function _checkKept(uint32 first, uint32 end) private view {
        (uint32 next, , ) = commons.clock();
        if (end >= next || first + 8192 < next) revert NotKept(first, end, next);
    }

    /// @dev What a member acknowledged in a slot, by receipts that the commons bound.
    function _taken(uint16 member, uint32 slot, bytes calldata receipts) private view returns (uint256 packets) {
        bytes32 bound = commons.receivedIn(slot);
        bytes32 given = bytes32((uint256(slot) << 224) | (uint256(keccak256(receipts)) >> 32));
        if (receipts.length == 0 ? bound != 0 : bound != given) revert WrongReceipts(slot);
        for (uint256 at; at < receipts.length; at += SIZE) {
            uint256 receipt = uint32(bytes4(receipts[at:at + SIZE]));
            if (receipt >> 16 == member) packets += receipt & 0xffff;
        }
    }

    /// @dev Adds a slot: `lane` has quality (two bits), packets drawn and fed in (eleven each).
    function _hold(Finding memory finding, uint256 taken, uint256 lane) private pure {
        if ((lane >> 22) & 3 != 0) {
            ++finding.unmeasured;
            return;
        }
        uint256 drawn = (lane >> 11) & 0x7ff;
        finding.acknowledged += uint32(taken);
        finding.drawn += uint32(drawn);
        if (taken <= drawn) return;
        finding.excess += uint32(taken - drawn);
        ++finding.slots;
    }
}
