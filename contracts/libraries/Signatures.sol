// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Signatures
/// @notice Whether an account signed a digest: by its key first, as a contract (ERC-1271) only then, so that an account
/// with delegated code (EIP-7702) may go on signing with its key. Never reverts.
library Signatures {
    /// @notice Gas that a contract wallet may use to judge one signature.
    uint256 internal constant WALLET_GAS = 100_000;

    /// @notice By key, in the form of EIP-2098.
    function isCompact(address account, bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (bool) {
        (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecover(digest, r, vs);
        return err == ECDSA.RecoverError.NoError && signer == account && account != address(0);
    }

    /// @notice By key in 65 bytes, or by contract in any form.
    function isValid(address account, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (account == address(0)) return false;
        if (signature.length == 65) {
            (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecover(digest, signature);
            if (err == ECDSA.RecoverError.NoError && signer == account) return true;
        }
        return account.code.length != 0 && _isValidForWallet(account, digest, signature);
    }

    /// @dev Copies at most 32 bytes of the answer, whatever the wallet returns.
    function _isValidForWallet(
        address wallet,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool yes) {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 magic = IERC1271.isValidSignature.selector;
        uint256 limit = WALLET_GAS;
        assembly ("memory-safe") {
            mstore(0, 0)
            let ok := staticcall(limit, wallet, add(question, 0x20), mload(question), 0, 0x20)
            yes := and(and(ok, gt(returndatasize(), 0x1f)), eq(mload(0), magic))
        }
    }
}
