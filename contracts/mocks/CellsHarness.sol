// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Accounts} from "../libraries/Accounts.sol";
import {EcoinCells} from "../libraries/EcoinCells.sol";
import {MemberCells} from "../libraries/MemberCells.sol";
import {TieKey} from "../libraries/TieKey.sol";

/// @title CellsHarness
/// @notice Lets tests call the small packed words: `EcoinCells`, `MemberCells`, `Accounts`, `TieKey`.
contract CellsHarness {
    using Accounts for uint256;

    uint256[274] private _bytes;
    uint256[547] private _pairs;

    /// @notice Everything that `EcoinCells` says about a word.
    struct Cells {
        uint256 low;
        uint256 high;
        uint256 cells;
        uint256 ofDay;
        bool flagged;
        uint256 lanesOfDay;
        bool within;
        uint256 sum;
        uint256[20] each;
    }

    /// @notice What is said about `word` for `day` and `capacity`.
    function cells(uint256 word, uint256 day, uint256 capacity) external pure returns (Cells memory said) {
        (said.low, said.high) = EcoinCells.unpack(word);
        said.cells = EcoinCells.cellsOf(word);
        (said.ofDay, said.flagged) = (EcoinCells.ofDay(word, day), EcoinCells.flagged(word, day));
        said.lanesOfDay = EcoinCells.lanesOfDay(word, day);
        said.within = EcoinCells.within(word, capacity);
        said.sum = EcoinCells.sum(word);
        for (uint256 i; i < 20; ++i) said.each[i] = EcoinCells.at(word, i);
    }

    /// @notice Words made: packed and tagged, lanes tagged, and `more` added.
    function made(
        uint256 low,
        uint256 high,
        uint256 day,
        bool flag,
        uint256 other,
        uint256 more
    ) external pure returns (uint256 word, uint256 lanes, uint256 plus) {
        word = EcoinCells.tagged(EcoinCells.pack(low, high), day, flag);
        lanes = EcoinCells.taggedLanes(low, day);
        plus = EcoinCells.plus(word, other, more);
    }

    /// @notice Sets cells of members on `day`: one byte, or two.
    function set(bool two, uint256 day, uint256[] calldata who, uint256[] calldata values) external {
        for (uint256 i; i < who.length; ++i) {
            if (two) MemberCells.set16(_pairs, day, who[i], values[i]);
            else MemberCells.set8(_bytes, day, who[i], values[i]);
        }
    }

    /// @notice Reads them.
    function get(bool two, uint256 day, uint256[] calldata who) external view returns (uint256[] memory values) {
        values = new uint256[](who.length);
        for (uint256 i; i < who.length; ++i) {
            values[i] = two ? MemberCells.get16(_pairs, day, who[i]) : MemberCells.get8(_bytes, day, who[i]);
        }
    }

    /// @notice The account after a change of balance, lock and debt.
    function change(
        uint256 account,
        int256 balance,
        int256 locked,
        bool debt
    ) external pure returns (uint256 word, uint256[3] memory amounts, bool inDebt) {
        word = account.plus(balance).plusLocked(locked).withDebt(debt);
        return (word, [word.balance(), word.locked(), word.free()], word.inDebt());
    }

    /// @notice Both halves of the tie keys of members in slots.
    function keys(
        bytes32 seed,
        uint256[] calldata who,
        uint256[] calldata slots
    ) external pure returns (uint256[] memory ofMember, uint256[] memory ofSlot) {
        (ofMember, ofSlot) = (new uint256[](who.length), new uint256[](slots.length));
        for (uint256 i; i < who.length; ++i) ofMember[i] = TieKey.ofMember(seed, who[i]);
        for (uint256 i; i < slots.length; ++i) ofSlot[i] = TieKey.ofSlot(seed, slots[i]);
    }
}
