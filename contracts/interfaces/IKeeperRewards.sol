// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDayBook} from "./IDayBook.sol";

/// @title IKeeperRewards
/// @notice Pays relays and keepers from the community's fund: a set amount per order posted, slot cleared, member settled.
/// @dev Who wants to be paid calls here what it would call at the market or the day book, with the same arguments; the call
/// is handed on, and what it brought about is counted from their state before and after. Who calls there directly pays not
/// a unit of gas more than without rewards.
///
/// Amounts are fixed at deployment; set them below what the work costs in gas, so that orders posted for the reward alone
/// do not pay. A relay is paid for orders that count in the end, not for ones that were replaced.
interface IKeeperRewards {
    /// @notice `relay` posted a batch; its orders are counted once the session is over.
    event PostedBy(uint32 indexed session, uint16 indexed batch, address indexed relay);
    /// @notice `keeper` earned `amount` for `count` orders, slots or members.
    event Earned(address indexed keeper, uint256 count, uint256 amount);
    event RewardPaid(address indexed keeper, address indexed to, uint256 amount);

    error NoTreasury();
    error SessionNotOver(uint32 session);
    error NotPostedHere(uint32 session, uint16 batch);
    error WrongCommitment(uint32 session, uint16 batch);
    error ReplacedProfileInFull(uint32 session, uint16 batch, uint256 replaced);
    error NothingToPay(address keeper);

    /// @notice As `IEnergyMarket.post`; the caller may count the batch later.
    function post(uint32 session, bytes calldata rows, bytes[] calldata signatures) external;

    /// @notice As `IEnergyMarket.replace`; the caller may count the new profile later.
    function replace(
        uint32 session,
        uint16 batch,
        bytes calldata reading,
        bytes calldata row,
        bytes[] calldata signatures
    ) external;

    /// @notice Counts the orders of a batch of a session that is over, once; who posted it here earns for each of them.
    /// @param reading The batch with the profiles to count in full (`ProfileBook`), none of which was replaced.
    function countOrders(uint32 session, uint16 batch, bytes calldata reading) external;

    /// @notice As `IEnergyMarket.clear`; the call that clears the session earns for each of its slots, unless its book is
    /// empty.
    function clear(
        uint32 session,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes[] calldata readings
    ) external;

    /// @notice As `IDayBook.settle`; earns for each member.
    function settle(uint16 day, IDayBook.Leaves calldata leaves, IDayBook.BatchReading[] calldata readings) external;

    /// @notice As `IDayBook.settleUnproven`; earns for each member.
    function settleUnproven(uint16 day, uint16[] calldata who, IDayBook.BatchReading[] calldata readings) external;

    /// @notice As `IDayBook.unwind`; earns for each member.
    function unwind(uint16 day, uint16[] calldata who, IDayBook.BatchReading[] calldata readings) external;

    /// @notice Pays the caller what it earned, as far as the fund can; the rest stays owed.
    function claim(address to) external;

    /// @notice Who posted the batch here and has its orders still to count; zero if nobody.
    function relayOf(uint32 session, uint16 batch) external view returns (address);

    /// @notice What `keeper` earned and was not paid, token base units.
    function owedTo(address keeper) external view returns (uint256);
}
