// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {ICommonsBills} from "./interfaces/ICommonsBills.sol";
import {IFlowOracle} from "./interfaces/IFlowOracle.sol";
import {CostRules} from "./libraries/CostRules.sol";
import {FlowLeaves} from "./libraries/FlowLeaves.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {LaneSettlement} from "./libraries/LaneSettlement.sol";

/// @title CommonsBills
/// @notice Parts the bills of a commons' days among its members: by use, as the meters proved it, or for an equal gain.
contract CommonsBills is ICommonsBills, AccessControl {
    /// @notice Who states what suppliers charge.
    bytes32 public constant SUPPLIER_ROLE = keccak256("SUPPLIER_ROLE");
    /// @notice The community's governor.
    bytes32 public constant GOVERNOR_ROLE = keccak256("GOVERNOR_ROLE");

    IFlowOracle public immutable oracle;
    IClearingHouse public immutable house;

    /// @inheritdoc ICommonsBills
    Rule public rule;
    /// @inheritdoc ICommonsBills
    mapping(uint16 day => bool) public billed;

    /// @param admin May grant and revoke the roles.
    constructor(address admin, IFlowOracle oracle_, IClearingHouse house_, Rule rule_) {
        (oracle, house, rule) = (oracle_, house_, rule_);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        emit RuleVoted(rule_);
    }

    /// @inheritdoc ICommonsBills
    function setRule(Rule rule_) external onlyRole(GOVERNOR_ROLE) {
        rule = rule_;
        emit RuleVoted(rule_);
    }

    /// @inheritdoc ICommonsBills
    function settle(
        uint16 day,
        Statement[] calldata statements,
        bytes calldata leaves
    ) external onlyRole(SUPPLIER_ROLE) {
        if (billed[day]) revert AlreadyBilled(day);
        (, uint256 from, ) = oracle.deadlines(day);
        if (block.timestamp < from) revert NotBillable(day, from);
        int256[] memory net = _netOn(day, statements.length, leaves);
        billed[day] = true;
        int256[] memory parts = rule == Rule.ByUse ? _byUse(statements, net) : _equalGain(statements);
        emit DayBilled(day, rule, parts);
        _move(statements, parts, true); // who pays comes first, so that the others find it there
        _move(statements, parts, false);
    }

    /// @dev Packets that each meter drew less those that it fed in on the day, as the latest report proves them.
    function _netOn(uint16 day, uint256 statements, bytes calldata leaves) private view returns (int256[] memory net) {
        (bytes32 root, uint256 count) = oracle.rootOf(day, oracle.latestRevision(day));
        bytes32[] calldata none;
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
        (LaneSettlement.Party[] memory parties, bytes32 given) = FlowLeaves.read(leaves, 0, count, count, none);
        if (given != root) revert WrongRoot(day, given, root);
        if (parties.length != count || statements != count) revert NotEveryMember(parties.length, statements, count);
        net = new int256[](count);
        for (uint256 i; i < count; ++i) net[i] = _netOf(parties[i].flows);
    }

    /// @dev Of the ten flow words at a calldata position: bits 11 .. 21 of each lane are drawn, bits 0 .. 10 fed in.
    function _netOf(uint256 position) private pure returns (int256 packets) {
        for (uint256 end = position + 320; position < end; position += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(position)
            }
            packets += int256(Lanes.sum((word >> 11) & Lanes.LOW11)) - int256(Lanes.sum(word & Lanes.LOW11));
        }
    }

    /// @dev What suppliers charge is parted by net use, what they pay by net giving.
    function _byUse(Statement[] calldata statements, int256[] memory net) private pure returns (int256[] memory parts) {
        (int256 charged, int256 paid) = (0, 0);
        for (uint256 i; i < net.length; ++i) {
            charged += statements[i].charged;
            paid += statements[i].paid;
        }
        parts = CostRules.parts(charged, _positive(net, 1));
        int256[] memory credits = CostRules.parts(paid, _positive(net, -1));
        for (uint256 i; i < net.length; ++i) parts[i] -= credits[i];
    }

    function _positive(int256[] memory net, int256 sign) private pure returns (uint256[] memory weights) {
        weights = new uint256[](net.length);
        for (uint256 i; i < net.length; ++i) if (net[i] * sign > 0) weights[i] = uint256(net[i] * sign);
    }

    /// @dev Each what it would have owed alone, less an equal part of what was saved.
    function _equalGain(Statement[] calldata statements) private pure returns (int256[] memory parts) {
        int256 saved;
        for (uint256 i; i < statements.length; ++i) saved += int256(statements[i].alone) - _owed(statements[i]);
        parts = CostRules.parts(-saved, new uint256[](statements.length));
        for (uint256 i; i < parts.length; ++i) parts[i] += statements[i].alone;
    }

    /// @dev What the member owes its supplier.
    function _owed(Statement calldata statement) private pure returns (int256) {
        return int256(statement.charged) - statement.paid;
    }

    /// @dev Through the supplier's account, which ends where it began: what a member can't pay is its debt there.
    function _move(Statement[] calldata statements, int256[] memory parts, bool payers) private {
        for (uint256 i; i < parts.length; ++i) {
            int256 due = parts[i] - _owed(statements[i]);
            if (due != 0 && due > 0 == payers) house.move(uint16(i + 1), due);
        }
    }

    /// @inheritdoc ICommonsBills
    function isFree(uint16 day) public view returns (bool) {
        if (billed[day]) return true;
        (uint256 reportBy, uint256 settleFrom, ) = oracle.deadlines(day);
        return settleFrom == type(uint256).max && block.timestamp >= reportBy;
    }

    /// @inheritdoc ICommonsBills
    function profilesOf(uint16 day, uint16) external view returns (uint256 unreleased, bool released) {
        return (isFree(day) ? 0 : 1, false);
    }

    /// @inheritdoc ICommonsBills
    function settledBy(uint16 day, uint16) external view returns (uint256) {
        return billed[day] ? 1 : 0;
    }
}
