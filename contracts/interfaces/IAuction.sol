// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IAuction
/// @notice The mechanism of a session behind one small interface: another one can take its place without a change to
/// market or settlement.
/// @dev All calls are pure; a book may be folded in parts. A book is `rows` of equal length: a head word with the
/// member id in its low 16 bits, then the member's orders, ten lanes a word: bit 23 ask, bits 22..11 price tick, bits
/// 10..0 packets. All words of a book cover the same slots; lane 0 of the first is `firstSlot`.
interface IAuction {
    /// @notice The claim for the `index`-th slot of the book is not the one outcome that its orders allow.
    error FalseClaim(uint256 index, string reason);
    /// @notice Claims, tally or results have another length than the book's slots need.
    error WrongLength(uint256 given, uint256 needed);

    /// @notice Adds `rows` to the `tally` of the claims, so that `conclude` can judge them.
    /// @param seed Seed of the tie keys, fixed after the book was closed.
    /// @param firstSlot Slot number of the first lane.
    /// @param claims The claimed outcome, a word per slot; its layout is the mechanism's own.
    /// @param tally What earlier parts of the book added up to; empty at the start.
    /// @param rows Any part of the book, every row in exactly one part.
    /// @return The tally with the rows added.
    function fold(
        bytes32 seed,
        uint32 firstSlot,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes calldata rows
    ) external pure returns (uint256[] memory);

    /// @notice Judges the claims by the tally of the whole book; reverts with FalseClaim unless all are true.
    /// @dev An empty tally is that of a book without a profile.
    /// @return results What to keep of the outcome, 85 bits a slot, three in a word.
    /// @return traded Packets that changed hands, a lane per slot.
    /// @return orders Number of orders, a lane per slot.
    function conclude(
        uint256[] calldata claims,
        uint256[] calldata tally
    ) external pure returns (uint256[] memory results, uint256[] memory traded, uint256[] memory orders);

    /// @notice The packets that each order of `rows` got, a lane per order; only for words in which any slot traded.
    /// @return Row by row, the words in which bit w of `tradedWords` is set, in order.
    /// @return tradedWords Bit w: a slot of the book's w-th word traded.
    function fills(
        bytes32 seed,
        uint32 firstSlot,
        uint256[] calldata results,
        bytes calldata rows,
        uint256 words
    ) external pure returns (bytes memory, uint256 tradedWords);

    /// @notice The two prices per slot as ticks: bits 23..12 of a lane what buyers pay, bits 11..0 what sellers get; 0 where nothing traded.
    function prices(uint256[] calldata results, uint256 words) external pure returns (uint256[] memory);
}
