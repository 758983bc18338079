// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {ICommunityFund} from "./interfaces/ICommunityFund.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IEnergyMarket} from "./interfaces/IEnergyMarket.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {Orders} from "./libraries/Orders.sol";

/// @title CommunityFund
/// @notice Spends or shares the surplus of the auction by the rule that the community chose at deployment. The money
/// itself stays in the `ClearingHouse`.
contract CommunityFund is ICommunityFund, AccessControl {
    /// @notice Who spends the treasury.
    bytes32 public constant TRUSTEE_ROLE = keccak256("TRUSTEE_ROLE");

    /// @inheritdoc ICommunityFund
    Rule public immutable rule;
    IMemberRegistry public immutable members;
    ITariff public immutable tariff;
    IEnergyMarket public immutable market;
    IClearingHouse public immutable house;
    IDayBook public immutable dayBook;
    /// @notice The only one to pay relays and keepers.
    address public immutable rewards;

    mapping(uint32 => mapping(uint256 => uint256)) private _claimed;

    constructor(
        address trustee,
        Rule rule_,
        IMemberRegistry members_,
        ITariff tariff_,
        IEnergyMarket market_,
        IClearingHouse house_,
        IDayBook dayBook_,
        address rewards_
    ) {
        rule = rule_;
        members = members_;
        tariff = tariff_;
        market = market_;
        house = house_;
        dayBook = dayBook_;
        rewards = rewards_;
        _grantRole(DEFAULT_ADMIN_ROLE, trustee);
        _grantRole(TRUSTEE_ROLE, trustee);
    }

    /// @inheritdoc ICommunityFund
    function spend(address to, uint256 amount, string calldata purpose) external onlyRole(TRUSTEE_ROLE) {
        if (rule != Rule.Treasury) revert NotUnder(rule);
        _requireNoTrader(msg.sender);
        _requireNoTrader(to);
        emit Spent(to, amount, purpose);
        house.payFromFund(0, to, amount);
    }

    /// @inheritdoc ICommunityFund
    function payReward(address to, uint256 amount) external {
        if (msg.sender != rewards) revert NotTheRewards(msg.sender);
        if (rule != Rule.Treasury) revert NotUnder(rule);
        house.payFromFund(0, to, amount);
    }

    /// @inheritdoc ICommunityFund
    function claimShare(uint32 session, uint16 member, uint16 batch, bytes calldata reading) external {
        uint256 amount = shareOf(session, member, batch, reading);
        uint256 bit = 1 << (member % 256);
        if (_claimed[session][member / 256] & bit != 0) revert AlreadyClaimed(session, member);
        _claimed[session][member / 256] |= bit;
        emit ShareClaimed(session, member, amount);
        house.payFromFund(member, address(0), amount);
    }

    /// @inheritdoc ICommunityFund
    function shareOf(
        uint32 session,
        uint16 member,
        uint16 batch,
        bytes calldata reading
    ) public view returns (uint256) {
        if (rule == Rule.Treasury) revert NotUnder(rule);
        (, , bool closed) = dayBook.dayState(uint16(session >> 8));
        if (!closed) revert DayNotClosed(uint16(session >> 8));
        IEnergyMarket.Session memory s = market.sessionOf(session);
        if (!_mayShare(s, member)) revert NotEligible(session, member);
        return _share(session, s, _ordersOf(session, member, batch, reading));
    }

    /// @dev Sum over the session's slots of one part of the slot's surplus, where the member has one.
    function _share(
        uint32 session,
        IEnergyMarket.Session memory s,
        uint256[10] memory placed
    ) private view returns (uint256 amount) {
        (uint256[] memory traded, uint256[] memory orders, uint256[] memory prices, uint256 firstWord) = market
            .surplusOf(session);
        (, uint256 tickSize) = tariff.scale();
        for (uint256 i = s.first; i < uint256(s.first) + s.count; ++i) {
            uint256 w = i / 10 - firstWord;
            uint256 packets = Lanes.at(traded[w], i % 10);
            if (packets == 0) continue;
            if (rule == Rule.Bystanders && Lanes.at(placed[i / 10], i % 10) != 0) continue;
            uint256 parts = rule == Rule.Bystanders ? s.active - Lanes.at(orders[w], i % 10) : s.active;
            uint256 price = Lanes.at(prices[w], i % 10);
            amount += (((price >> 12) - (price & 0xfff)) * packets * tickSize) / parts;
        }
    }

    /// @dev Packets that the member ordered, aligned to the day.
    function _ordersOf(
        uint32 session,
        uint16 member,
        uint16 batch,
        bytes calldata reading
    ) private view returns (uint256[10] memory placed) {
        if (market.nonceOf(session, member) == 0) return placed;
        IEnergyMarket.Outcome memory o = market.outcome(session, batch, reading);
        uint256 head;
        uint256 position;
        // In full is one profile alone; before it there is a mark per bit of the mask below its own.
        assembly ("memory-safe") {
            position := add(reading.offset, 0x20)
        }
        for (uint256 full = o.full; full > 1; full >>= 1) {
            if (full & 1 == 1) revert NotTheMembersProfile(session, member);
            position += 32;
        }
        assembly ("memory-safe") {
            head := calldataload(position)
        }
        if (o.full == 0 || head & 0xffff != member) revert NotTheMembersProfile(session, member);
        for (uint256 w; w < o.words; ++w) {
            uint256 orders;
            assembly ("memory-safe") {
                position := add(position, 0x20)
                orders := calldataload(position)
            }
            placed[o.firstWord + w] = Orders.packets(orders);
        }
    }

    /// @dev Households that were there when the session was opened, and still are. What others might have had stays in the
    /// fund, so that no part grows by who leaves.
    function _mayShare(IEnergyMarket.Session memory s, uint16 member) private view returns (bool) {
        if (member == 0 || member > s.members) return false;
        (IMemberRegistry.Status status, IMemberRegistry.Kind kind) = members.standingOf(member);
        return status == IMemberRegistry.Status.Active && kind == IMemberRegistry.Kind.Household;
    }

    function _requireNoTrader(address account) private view {
        uint16 member = members.everOf(account);
        if (member != 0) revert TrusteeTrades(member);
    }
}
