// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {ICommunityFund} from "./interfaces/ICommunityFund.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IEnergyMarket} from "./interfaces/IEnergyMarket.sol";
import {IKeeperRewards} from "./interfaces/IKeeperRewards.sol";
import {Admission} from "./libraries/Admission.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {Orders} from "./libraries/Orders.sol";
import {ProfileBook} from "./libraries/ProfileBook.sol";

/// @title KeeperRewards
/// @notice What relays and keepers earn, and its payment from the fund. It has no say in what it hands on.
contract KeeperRewards is IKeeperRewards {
    IEnergyMarket public immutable market;
    IDayBook public immutable dayBook;
    IClearingHouse public immutable house;
    ICommunityFund public immutable fund;
    /// @notice Token base units for an order posted that counted, a slot cleared, a member settled.
    uint256 public immutable perOrder;
    uint256 public immutable perSlot;
    uint256 public immutable perMember;

    /// @inheritdoc IKeeperRewards
    mapping(address keeper => uint256) public owedTo;
    /// @dev By session and batch, until its orders are counted.
    mapping(uint256 batch => address) private _relays;

    constructor(
        IEnergyMarket market_,
        IDayBook dayBook_,
        IClearingHouse house_,
        ICommunityFund fund_,
        uint256 perOrder_,
        uint256 perSlot_,
        uint256 perMember_
    ) {
        bool pays = perOrder_ | perSlot_ | perMember_ != 0;
        if (pays && fund_.rule() != ICommunityFund.Rule.Treasury) revert NoTreasury();
        (market, dayBook, house, fund) = (market_, dayBook_, house_, fund_);
        (perOrder, perSlot, perMember) = (perOrder_, perSlot_, perMember_);
    }

    // ------------------------------------------------------------------- relays

    /// @inheritdoc IKeeperRewards
    function post(uint32 session, bytes calldata rows, bytes[] calldata signatures) external {
        market.post(session, rows, signatures);
        _remember(session);
    }

    /// @inheritdoc IKeeperRewards
    function replace(
        uint32 session,
        uint16 batch,
        bytes calldata reading,
        bytes calldata row,
        bytes[] calldata signatures
    ) external {
        market.replace(session, batch, reading, row, signatures);
        _remember(session);
    }

    /// @dev Either call reverts unless it appended a batch: the last one is the caller's.
    function _remember(uint32 session) private {
        uint16 batch = market.sessionOf(session).batches - 1;
        _relays[_key(session, batch)] = msg.sender;
        emit PostedBy(session, batch, msg.sender);
    }

    /// @inheritdoc IKeeperRewards
    function countOrders(uint32 session, uint16 batch, bytes calldata reading) external {
        if (market.stageOf(session) < IEnergyMarket.Stage.Cleared) revert SessionNotOver(session);
        address relay = _relays[_key(session, batch)];
        if (relay == address(0)) revert NotPostedHere(session, batch);
        delete _relays[_key(session, batch)];
        _earn(relay, _ordersIn(session, batch, reading), perOrder);
    }

    /// @dev Orders of the profiles in full. Each of them must count, and the batch be what was posted.
    function _ordersIn(uint32 session, uint16 batch, bytes calldata reading) private view returns (uint256 orders) {
        (bytes32 commitment, uint256 replaced, uint256 count) = market.batchOf(session, batch);
        uint256 words = Admission.wordsOf(market.sessionOf(session));
        (uint256 full, bytes memory rows, bytes32 given) = ProfileBook.read(session, reading, count, words);
        if (given != commitment || full >> count != 0) revert WrongCommitment(session, batch);
        if (full & replaced != 0) revert ReplacedProfileInFull(session, batch, full & replaced);
        uint256 stride = 32 * (words + 1);
        for (uint256 row; row < rows.length; row += stride) {
            for (uint256 at = row + 32; at < row + stride; at += 32) {
                uint256 word;
                assembly ("memory-safe") {
                    word := mload(add(add(rows, 0x20), at))
                }
                orders += Lanes.sum(Lanes.ONES & ~Lanes.zero(Orders.packets(word)));
            }
        }
    }

    /// @inheritdoc IKeeperRewards
    function relayOf(uint32 session, uint16 batch) external view returns (address) {
        return _relays[_key(session, batch)];
    }

    // ------------------------------------------------------------------ keepers

    /// @inheritdoc IKeeperRewards
    function clear(
        uint32 session,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes[] calldata readings
    ) external {
        market.clear(session, claims, tally, readings); // reverts for a session that is cleared already
        IEnergyMarket.Session memory s = market.sessionOf(session);
        if (s.cleared && s.batches != 0) _earn(msg.sender, s.count, perSlot);
    }

    /// @inheritdoc IKeeperRewards
    function settle(uint16 day, IDayBook.Leaves calldata leaves, IDayBook.BatchReading[] calldata readings) external {
        uint256 before = _unsettled(day);
        dayBook.settle(day, leaves, readings);
        _earn(msg.sender, before - _unsettled(day), perMember);
    }

    /// @inheritdoc IKeeperRewards
    function settleUnproven(uint16 day, uint16[] calldata who, IDayBook.BatchReading[] calldata readings) external {
        uint256 before = _unsettled(day);
        dayBook.settleUnproven(day, who, readings);
        _earn(msg.sender, before - _unsettled(day), perMember);
    }

    /// @inheritdoc IKeeperRewards
    function unwind(uint16 day, uint16[] calldata who, IDayBook.BatchReading[] calldata readings) external {
        uint256 before = _unsettled(day);
        dayBook.unwind(day, who, readings);
        _earn(msg.sender, before - _unsettled(day), perMember);
    }

    function _unsettled(uint16 day) private view returns (uint256 unsettled) {
        (unsettled, , ) = dayBook.dayState(day);
    }

    // --------------------------------------------------------------------- pay

    /// @inheritdoc IKeeperRewards
    function claim(address to) external {
        (uint256 owed, uint256 held) = (owedTo[msg.sender], house.fundBalance());
        uint256 amount = owed < held ? owed : held;
        if (amount == 0) revert NothingToPay(msg.sender);
        owedTo[msg.sender] = owed - amount;
        emit RewardPaid(msg.sender, to, amount);
        fund.payReward(to, amount);
    }

    function _earn(address keeper, uint256 count, uint256 each) private {
        if (count * each == 0) return;
        owedTo[keeper] += count * each;
        emit Earned(keeper, count, count * each);
    }

    function _key(uint32 session, uint16 batch) private pure returns (uint256) {
        return (uint256(session) << 16) | batch;
    }
}
