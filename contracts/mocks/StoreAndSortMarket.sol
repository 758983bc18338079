// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title StoreAndSortMarket
/// @notice The same auction as one would first write it: every order is stored in a transaction of its own, both sides are
/// sorted on chain, fills are stored, money moves in a ledger. What the gas of the product is compared with.
/// @dev It does less than the product: no signatures, no locks, no ecoins, no proof of flow. Ties go to the earlier order.
contract StoreAndSortMarket {
    /// @notice One word of storage.
    struct Order {
        uint16 member;
        bool ask;
        int32 price;
        uint32 packets;
        uint32 fill;
    }

    /// @notice Prices of a cleared slot.
    struct Prices {
        bool traded;
        int32 buyPrice;
        int32 sellPrice;
    }

    /// @notice Money of members, token base units; negative is owed.
    mapping(uint16 => int256) public balanceOf;
    /// @notice What buyers paid more than sellers got.
    int256 public fund;
    mapping(uint32 => Order[]) private _orders;
    mapping(uint32 => Prices) private _prices;

    /// @notice Stores an order.
    function post(uint32 slot, uint16 member, bool ask, int32 price, uint32 packets) external {
        _orders[slot].push(Order(member, ask, price, packets, 0));
    }

    /// @notice Sorts both sides, finds the critical pair, stores fills and prices.
    function clear(uint32 slot) external {
        Order[] memory book = _orders[slot];
        uint256[] memory bids = _sorted(book, false);
        uint256[] memory asks = _sorted(book, true);
        (uint256 bid, uint256 ask) = _critical(book, bids, asks);
        if (bid == 0 || ask == 0) return;
        uint256 bought = _take(book, bids, bid);
        uint256 sold = _take(book, asks, ask);
        if (bought > sold) _cut(book, bids, bid, bought - sold);
        if (sold > bought) _cut(book, asks, ask, sold - bought);
        _prices[slot] = Prices(true, book[bids[bid]].price, book[asks[ask]].price);
        for (uint256 i; i < book.length; ++i) if (book[i].fill != 0) _orders[slot][i].fill = book[i].fill;
    }

    /// @notice Moves the money of a cleared slot.
    function settle(uint32 slot) external {
        Prices memory prices = _prices[slot];
        Order[] memory book = _orders[slot];
        int256 surplus;
        for (uint256 i; i < book.length; ++i) {
            if (book[i].fill == 0) continue;
            int256 packets = int256(uint256(book[i].fill));
            int256 money = book[i].ask ? packets * prices.sellPrice : -packets * prices.buyPrice;
            balanceOf[book[i].member] += money;
            surplus -= money;
        }
        fund += surplus;
    }

    /// @notice Prices and fills of a slot, in the order of posting.
    function outcomeOf(uint32 slot) external view returns (Prices memory, Order[] memory) {
        return (_prices[slot], _orders[slot]);
    }

    /// @dev Indices of one side, best price first (insertion sort).
    function _sorted(Order[] memory book, bool ask) private pure returns (uint256[] memory side) {
        side = new uint256[](book.length);
        uint256 n;
        for (uint256 i; i < book.length; ++i) {
            if (book[i].ask != ask) continue;
            uint256 j = n++;
            for (; j > 0 && _better(book[i].price, book[side[j - 1]].price, ask); --j) side[j] = side[j - 1];
            side[j] = i;
        }
        assembly ("memory-safe") {
            mstore(side, n)
        }
    }

    function _better(int32 a, int32 b, bool ask) private pure returns (bool) {
        return ask ? a < b : a > b;
    }

    /// @dev Positions of the critical bid and ask: those that hold the last packet of demand priced at or above supply.
    function _critical(
        Order[] memory book,
        uint256[] memory bids,
        uint256[] memory asks
    ) private pure returns (uint256 bid, uint256 ask) {
        uint256 i;
        uint256 j;
        uint256 demand;
        uint256 supply;
        while (i < bids.length && j < asks.length && book[bids[i]].price >= book[asks[j]].price) {
            (bid, ask) = (i, j);
            uint256 x = demand + book[bids[i]].packets;
            uint256 y = supply + book[asks[j]].packets;
            if (x <= y) (demand, i) = (x, i + 1);
            if (y <= x) (supply, j) = (y, j + 1);
        }
    }

    /// @dev Fills the first `count` of a side in full; gives their packets.
    function _take(Order[] memory book, uint256[] memory side, uint256 count) private pure returns (uint256 packets) {
        for (uint256 i; i < count; ++i) {
            book[side[i]].fill = book[side[i]].packets;
            packets += book[side[i]].packets;
        }
    }

    /// @dev Equal losses: everyone loses the same; who has less loses all; the remainder falls on the last posted.
    function _cut(Order[] memory book, uint256[] memory side, uint256 count, uint256 excess) private pure {
        uint256 left = count;
        uint256 share = excess / left;
        for (bool again = true; again;) {
            again = false;
            for (uint256 i; i < count; ++i) {
                Order memory order = book[side[i]];
                if (order.fill == 0 || order.fill > share) continue;
                (excess, order.fill, left, again) = (excess - order.fill, 0, left - 1, true);
            }
            share = left == 0 ? 0 : excess / left;
        }
        excess -= share * left;
        for (uint256 i = book.length; i > 0; --i) {
            Order memory order = book[i - 1];
            if (order.fill == 0 || order.ask != book[side[0]].ask) continue;
            order.fill -= uint32(share);
            if (excess > 0) (order.fill, excess) = (order.fill - 1, excess - 1);
        }
    }
}
