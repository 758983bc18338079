// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Settlement} from "../libraries/Settlement.sol";

/// @title SettlementHarness
/// @notice Lets tests call `Settlement`.
contract SettlementHarness {
    /// @notice What `Settlement` says about one slot.
    struct Said {
        uint256 shortage;
        uint256 unused;
        int256 supplierLeg;
        uint256 delivered;
        uint256 received;
    }

    /// @notice Locks per packet of a bid and of an ask at `price`.
    function locks(int256 price, int256 retail, int256 feedIn) external pure returns (uint256 bid, uint256 ask) {
        return (Settlement.bidLock(price, feedIn), Settlement.askLock(price, retail));
    }

    /// @notice Deviation, supplier leg and what is proved, for each of `slots`: sold, bought, drawn, fed in.
    function settle(
        uint256[4][] calldata slots,
        int256 retail,
        int256 feedIn
    ) external pure returns (Said[] memory said) {
        said = new Said[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            uint256[4] calldata s = slots[i];
            (said[i].shortage, said[i].unused) = Settlement.deviation(s[0], s[1], s[2], s[3]);
            said[i].supplierLeg = Settlement.supplierLeg(said[i].shortage, said[i].unused, retail, feedIn);
            (said[i].delivered, said[i].received) = Settlement.proved(s[0], s[1], s[2], s[3]);
        }
    }
}
