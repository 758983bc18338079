// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAuction} from "./interfaces/IAuction.sol";
import {LaneAuction} from "./libraries/LaneAuction.sol";

/// @title HuangAuction
/// @notice The strategy-proof multi-unit double auction of Huang, Scheller-Wolf and Sycara (Computational Intelligence
/// 18(4), 2002), checked rather than computed: anyone works the outcome out and claims it, and exactly one claim passes.
/// @dev `docs/mechanism.md` states the rules; `LaneAuction` the layout of a claim; `agents/model/claim.ts` makes claims.
contract HuangAuction is IAuction {
    /// @dev 32 bytes for each word of tally that `LaneAuction` keeps per ten slots.
    uint256 private constant TALLY_BYTES = 288;

    /// @inheritdoc IAuction
    function fold(
        bytes32 seed,
        uint32 firstSlot,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes calldata rows
    ) external pure returns (uint256[] memory sums) {
        uint256 words = claims.length / 10;
        _requireLength(claims.length, words * 10);
        sums = tally.length == 0 ? new uint256[](words * LaneAuction.TALLY) : tally;
        _requireLength(sums.length, words * LaneAuction.TALLY);
        uint256 stride = 32 * (words + 1);
        _requireLength(rows.length, (rows.length / stride) * stride);
        LaneAuction.Pass memory pass = _pass(seed, firstSlot, claims, false, sums);
        uint256 row;
        assembly ("memory-safe") {
            row := rows.offset
        }
        for (uint256 end = row + rows.length; row < end; row += stride) LaneAuction.addRow(pass, row);
    }

    /// @inheritdoc IAuction
    function conclude(
        uint256[] calldata claims,
        uint256[] calldata tally
    ) external pure returns (uint256[] memory results, uint256[] memory traded, uint256[] memory orders) {
        uint256 words = claims.length / 10;
        _requireLength(claims.length, words * 10);
        uint256[] memory sums = tally.length == 0 ? new uint256[](words * LaneAuction.TALLY) : tally;
        _requireLength(sums.length, words * LaneAuction.TALLY);
        results = new uint256[]((claims.length + 2) / 3);
        traded = new uint256[](words);
        orders = new uint256[](words);
        for (uint256 i; i < claims.length; ++i) {
            uint256 a;
            assembly ("memory-safe") {
                a := add(add(sums, 0x20), mul(div(i, 10), TALLY_BYTES))
            }
            (string memory reason, uint256 packets) = LaneAuction.judge(claims[i], a, i % 10);
            if (bytes(reason).length != 0) revert FalseClaim(i, reason);
            if (packets != 0) results[i / 3] |= (claims[i] & ((1 << 85) - 1)) << (85 * (i % 3));
            traded[i / 10] |= packets << (24 * (i % 10));
        }
        for (uint256 w; w < words; ++w) orders[w] = sums[w * LaneAuction.TALLY + 8];
    }

    /// @inheritdoc IAuction
    function fills(
        bytes32 seed,
        uint32 firstSlot,
        uint256[] calldata results,
        bytes calldata rows,
        uint256 words
    ) external pure returns (bytes memory out, uint256 tradedWords) {
        uint256 stride = 32 * (words + 1);
        _requireLength(rows.length, (rows.length / stride) * stride);
        uint256[] memory sums = new uint256[](words * LaneAuction.TALLY);
        LaneAuction.Pass memory pass = _pass(seed, firstSlot, _unpack(results, words), true, sums);
        tradedWords = LaneAuction.pairs(pass);
        uint256 to;
        uint256 row;
        assembly ("memory-safe") {
            out := mload(0x40)
            to := add(out, 0x20)
            row := rows.offset
        }
        for (uint256 end = row + rows.length; row < end; row += stride) to = _fillRow(pass, row, to, tradedWords);
        assembly ("memory-safe") {
            mstore(out, sub(to, add(out, 0x20)))
            mstore(0x40, to)
        }
    }

    /// @dev A row's own tally gives its fills: packets ahead, less the loss up to the level, less the remainder. Returns
    /// where the next row's go.
    function _fillRow(
        LaneAuction.Pass memory pass,
        uint256 row,
        uint256 to,
        uint256 tradedWords
    ) private pure returns (uint256) {
        uint256 a = pass.tally;
        uint256 size = pass.words * TALLY_BYTES;
        assembly ("memory-safe") {
            calldatacopy(a, calldatasize(), size)
        }
        LaneAuction.addRow(pass, row);
        for (; tradedWords != 0; tradedWords >>= 1) {
            assembly ("memory-safe") {
                if and(tradedWords, 1) {
                    mstore(to, sub(sub(mload(a), mload(add(a, 0x60))), mload(add(a, 0xa0))))
                    to := add(to, 32)
                }
                a := add(a, TALLY_BYTES)
            }
        }
        return to;
    }

    /// @dev A pass over the slots of `claims` whose tally is `sums`.
    function _pass(
        bytes32 seed,
        uint32 firstSlot,
        uint256[] memory claims,
        bool results,
        uint256[] memory sums
    ) private pure returns (LaneAuction.Pass memory pass) {
        pass = LaneAuction.Pass(
            LaneAuction.prepare(seed, firstSlot, claims, results),
            0,
            seed,
            claims.length / 10,
            results
        );
        assembly ("memory-safe") {
            mstore(add(pass, 0x20), add(sums, 0x20))
        }
    }

    /// @inheritdoc IAuction
    function prices(uint256[] calldata results, uint256 words) external pure returns (uint256[] memory lanes) {
        uint256[] memory claims = _unpack(results, words);
        lanes = new uint256[](words);
        for (uint256 i; i < claims.length; ++i) {
            uint256 claim = claims[i];
            if (claim & 1 == 0) continue;
            lanes[i / 10] |= ((((claim >> 2) & 0xfff) << 12) | ((claim >> 14) & 0xfff)) << (24 * (i % 10));
        }
    }

    /// @dev Three results of 85 bits a word, one a slot.
    function _unpack(uint256[] calldata results, uint256 words) private pure returns (uint256[] memory claims) {
        unchecked {
            uint256 slots = words * 10;
            _requireLength(results.length, (slots + 2) / 3);
            claims = new uint256[](slots);
            for (uint256 i; i < slots; ++i) claims[i] = (results[i / 3] >> (85 * (i % 3))) & ((1 << 85) - 1);
        }
    }

    function _requireLength(uint256 given, uint256 needed) private pure {
        if (given != needed) revert WrongLength(given, needed);
    }
}
