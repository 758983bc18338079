// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Settlement
/// @notice What a member owes for one slot, in plain numbers: the rules, and the reference of `LaneSettlement`.
/// @dev Money in token base units, prices per packet and signed, packets never negative.
library Settlement {
    /// @notice Lock per packet of a bid at `price`: it may have to be paid, and again where feeding in costs.
    function bidLock(int256 price, int256 feedIn) internal pure returns (uint256) {
        int256 worst = price + (feedIn < 0 ? -feedIn : int256(0));
        return worst > 0 ? uint256(worst) : 0;
    }

    /// @notice Lock per packet of an ask at `price`: all of it may have to be bought at retail.
    function askLock(int256 price, int256 retail) internal pure returns (uint256) {
        int256 worst = (retail > 0 ? retail : int256(0)) - price;
        return worst > 0 ? uint256(worst) : 0;
    }

    /// @notice Packets that the member sold but did not feed in, and bought but did not draw, on its net position.
    function deviation(
        uint256 sold,
        uint256 bought,
        uint256 drawn,
        uint256 fedIn
    ) internal pure returns (uint256 shortage, uint256 unused) {
        if (sold > bought + fedIn) shortage = sold - bought - fedIn;
        if (bought > sold + drawn) unused = bought - sold - drawn;
    }

    /// @notice What the supplier gets (negative: gives) for the deviation: shortage at retail, unused at feed-in.
    function supplierLeg(
        uint256 shortage,
        uint256 unused,
        int256 retail,
        int256 feedIn
    ) internal pure returns (int256) {
        return int256(shortage) * retail - int256(unused) * feedIn;
    }

    /// @notice Packets delivered by a net seller, and received by a net buyer: the smaller of trade and flow.
    function proved(
        uint256 sold,
        uint256 bought,
        uint256 drawn,
        uint256 fedIn
    ) internal pure returns (uint256 delivered, uint256 received) {
        (uint256 shortage, uint256 unused) = deviation(sold, bought, drawn, fedIn);
        if (sold > bought) delivered = sold - bought - shortage;
        else received = bought - sold - unused;
    }
}
