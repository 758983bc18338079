// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title WalletMock
/// @notice A contract wallet (ERC-1271) that judges signatures well or badly.
contract WalletMock {
    /// @notice How it answers. Good: the signature is the digest. Garbage: another word. Shifted: the four bytes at the
    /// wrong end. Short: four bytes alone. Burning: never. Huge: a hundred kilobytes, the right word first. Reverting: the right
    /// word, by a revert. Writing: tries to change its state.
    enum Manner {
        Good,
        Garbage,
        Shifted,
        Short,
        Burning,
        Huge,
        Reverting,
        Writing
    }

    /// @notice How it answers.
    Manner public immutable manner;
    /// @notice What Writing writes.
    uint256 public written;

    constructor(Manner manner_) {
        manner = manner_;
    }

    /// @notice ERC-1271, but not view: a wallet may try anything.
    function isValidSignature(bytes32 digest, bytes calldata signature) external returns (bytes4) {
        uint256 magic = uint32(this.isValidSignature.selector);
        if (manner == Manner.Good) return bytes32(signature) == digest ? this.isValidSignature.selector : bytes4(0);
        if (manner == Manner.Garbage) _answer(32, type(uint256).max);
        if (manner == Manner.Shifted) _answer(32, magic);
        if (manner == Manner.Short) _answer(4, magic << 224);
        if (manner == Manner.Huge) _answer(100_000, magic << 224);
        if (manner == Manner.Reverting) _revert(magic << 224);
        if (manner == Manner.Writing) written = 1;
        while (manner == Manner.Burning) {}
        return this.isValidSignature.selector;
    }

    function _answer(uint256 size, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, size)
        }
    }

    function _revert(uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            revert(0, 32)
        }
    }
}
