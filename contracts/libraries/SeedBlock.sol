// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title SeedBlock
/// @notice Hashes of past blocks: the last 256 by opcode, the last 8,191 by the history contract of EIP-2935.
library SeedBlock {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice Hash of block `number`, 0 if it is no longer, or not yet, to be had.
    function hashOf(uint256 number) internal view returns (bytes32 hash) {
        if (number >= block.number) return 0;
        hash = blockhash(number);
        if (hash != 0) return hash;
        (bool ok, bytes memory data) = HISTORY.staticcall(abi.encode(number));
        if (ok && data.length == 32) hash = abi.decode(data, (bytes32));
    }
}
