// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SeedBlock} from "../libraries/SeedBlock.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title SignaturesHarness
/// @notice Lets tests call `Signatures` and `SeedBlock`.
contract SignaturesHarness {
    /// @notice By key, in the form of EIP-2098.
    function isCompact(address account, bytes32 digest, bytes32 r, bytes32 vs) external pure returns (bool) {
        return Signatures.isCompact(account, digest, r, vs);
    }

    /// @notice By key in 65 bytes, or by contract; and the gas it took.
    function isValid(
        address account,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bool valid, uint256 gas) {
        gas = gasleft();
        valid = Signatures.isValid(account, digest, signature);
        gas -= gasleft();
    }

    /// @notice Hash of block `number`.
    function hashOf(uint256 number) external view returns (bytes32) {
        return SeedBlock.hashOf(number);
    }
}
