// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title StoreAndSortMarket
/// @notice The same auction the plain way, to compare gas with: every order is a transaction that stores it, one
/// transaction sorts a slot's orders on chain and stores what each gets, one per order moves the money.
/// @dev As a careful developer would write it without tricks: structs that fit a word, members in packed lists, a merge
/// sort in memory. It does less than the product, and so costs less than a plain contract that did the same: the
/// operator speaks for the members (no accounts, no signatures), nothing is locked before it is traded, there are no
/// ecoins, no flows, no deviation and no supplier, and a slot's orders must fit in one transaction.
/// Tie key = member number. Its outcome is that of `agents/model/auction.ts`.
contract StoreAndSortMarket {
    /// @notice One member's order in a slot, one word. Price in base units per packet; 0 packets is no order.
    struct Order {
        int32 price;
        uint32 packets;
        uint32 fill;
        bool ask;
        bool settled;
    }

    /// @notice How a slot cleared, one word. There are prices only where packets were traded.
    struct Outcome {
        bool cleared;
        int32 buyPrice;
        int32 sellPrice;
        uint64 packets;
    }

    /// @dev An order while it is sorted.
    struct Entry {
        uint16 member;
        int32 price;
        uint32 packets;
        uint32 fill;
    }

    /// @notice The slot takes no more orders.
    error SlotClosed(uint32 slot);
    /// @notice The slot has no outcome yet.
    error SlotNotCleared(uint32 slot);
    /// @notice The member has an order in the slot already.
    error OrderExists(uint32 slot, uint16 member);
    /// @notice An order needs at least one packet.
    error NoPackets();
    /// @notice The member has no order in the slot, or it was settled.
    error NothingToSettle(uint32 slot, uint16 member);
    /// @notice Only the operator may do this.
    error NotOperator(address caller);

    event OrderPosted(uint32 indexed slot, uint16 indexed member, bool ask, int32 price, uint32 packets);
    event SlotCleared(uint32 indexed slot, int32 buyPrice, int32 sellPrice, uint64 packets);
    event OrderSettled(uint32 indexed slot, uint16 indexed member, int256 payment);

    /// @notice Who deposits, posts and clears.
    address public immutable operator;
    /// @notice Every member's order by slot.
    mapping(uint32 slot => mapping(uint16 member => Order order)) public orderOf;
    /// @notice How each slot cleared.
    mapping(uint32 slot => Outcome outcome) public outcomeOf;
    /// @notice Money of each member, base units.
    mapping(uint16 member => int256 balance) public balanceOf;
    /// @notice Money of the community fund, base units.
    int256 public fund;

    mapping(uint32 slot => uint16[] members) private _bidders;
    mapping(uint32 slot => uint16[] members) private _askers;

    modifier onlyOperator() {
        if (msg.sender != operator) revert NotOperator(msg.sender);
        _;
    }

    constructor() {
        operator = msg.sender;
    }

    /// @notice Credits a member, base units.
    function deposit(uint16 member, uint128 amount) external onlyOperator {
        balanceOf[member] += int256(uint256(amount));
    }

    /// @notice Stores an order.
    function post(uint32 slot, uint16 member, bool ask, int32 price, uint32 packets) external onlyOperator {
        if (packets == 0) revert NoPackets();
        if (outcomeOf[slot].cleared) revert SlotClosed(slot);
        if (orderOf[slot][member].packets != 0) revert OrderExists(slot, member);
        orderOf[slot][member] = Order(price, packets, 0, ask, false);
        if (ask) _askers[slot].push(member);
        else _bidders[slot].push(member);
        emit OrderPosted(slot, member, ask, price, packets);
    }

    /// @notice Sorts the orders of a slot, finds the critical pair, and stores prices and what each winner gets.
    function clear(uint32 slot) external onlyOperator {
        if (outcomeOf[slot].cleared) revert SlotClosed(slot);
        Entry[] memory bids = _sorted(slot, _bidders[slot], _isBidAhead);
        Entry[] memory asks = _sorted(slot, _askers[slot], _isAskAhead);
        (uint256 bid, uint256 ask, uint256 demand, uint256 supply) = _criticalPair(bids, asks);
        uint256 packets = demand < supply ? demand : supply;
        Outcome memory outcome = Outcome(true, 0, 0, uint64(packets));
        if (packets != 0) {
            (outcome.buyPrice, outcome.sellPrice) = (bids[bid].price, asks[ask].price);
            _fill(slot, bids, bid, demand - packets);
            _fill(slot, asks, ask, supply - packets);
            fund += (int256(outcome.buyPrice) - outcome.sellPrice) * int256(packets);
        }
        outcomeOf[slot] = outcome;
        emit SlotCleared(slot, outcome.buyPrice, outcome.sellPrice, outcome.packets);
    }

    /// @notice Moves the money of one member's order.
    function settle(uint32 slot, uint16 member) external {
        Outcome memory outcome = outcomeOf[slot];
        if (!outcome.cleared) revert SlotNotCleared(slot);
        Order memory order = orderOf[slot][member];
        if (order.packets == 0 || order.settled) revert NothingToSettle(slot, member);
        orderOf[slot][member].settled = true;
        int256 fill = int256(uint256(order.fill));
        int256 payment = order.ask ? outcome.sellPrice * fill : -outcome.buyPrice * fill;
        if (payment != 0) balanceOf[member] += payment;
        emit OrderSettled(slot, member, payment);
    }

    /// @dev The orders of one side, the first to trade first.
    function _sorted(
        uint32 slot,
        uint16[] storage members,
        function(Entry memory, Entry memory) pure returns (bool) isAhead
    ) private view returns (Entry[] memory entries) {
        uint256 count = members.length;
        entries = new Entry[](count);
        for (uint256 i; i < count; ++i) {
            uint16 member = members[i];
            Order memory order = orderOf[slot][member];
            entries[i] = Entry(member, order.price, order.packets, order.packets);
        }
        _sort(entries, new Entry[](count), 0, count, isAhead);
    }

    /// @dev Merge sort of [from, to).
    function _sort(
        Entry[] memory entries,
        Entry[] memory spare,
        uint256 from,
        uint256 to,
        function(Entry memory, Entry memory) pure returns (bool) isAhead
    ) private pure {
        if (to - from < 2) return;
        uint256 middle = (from + to) / 2;
        _sort(entries, spare, from, middle, isAhead);
        _sort(entries, spare, middle, to, isAhead);
        if (!isAhead(entries[middle], entries[middle - 1])) return;
        for (uint256 i = from; i < middle; ++i) spare[i] = entries[i];
        (uint256 left, uint256 right) = (from, middle);
        for (uint256 i = from; left < middle; ++i) {
            bool takeRight = right < to && isAhead(entries[right], spare[left]);
            entries[i] = takeRight ? entries[right++] : spare[left++];
        }
    }

    function _isBidAhead(Entry memory a, Entry memory b) private pure returns (bool) {
        return a.price == b.price ? a.member < b.member : a.price > b.price;
    }

    function _isAskAhead(Entry memory a, Entry memory b) private pure returns (bool) {
        return a.price == b.price ? a.member < b.member : a.price < b.price;
    }

    function _isKeyLarger(Entry memory a, Entry memory b) private pure returns (bool) {
        return a.member > b.member;
    }

    /// @dev The last pair of orders that crosses when both sides are walked packet by packet (rule 1.2 of the
    /// mechanism), and the packets strictly ahead of each; all 0 if nothing crosses.
    function _criticalPair(
        Entry[] memory bids,
        Entry[] memory asks
    ) private pure returns (uint256 bid, uint256 ask, uint256 demand, uint256 supply) {
        (uint256 b, uint256 a, uint256 x, uint256 y) = (0, 0, 0, 0);
        while (b < bids.length && a < asks.length && bids[b].price >= asks[a].price) {
            (bid, ask, demand, supply) = (b, a, x, y);
            uint256 bidEnd = x + bids[b].packets;
            uint256 askEnd = y + asks[a].packets;
            if (bidEnd <= askEnd) (b, x) = (b + 1, bidEnd);
            if (askEnd <= bidEnd) (a, y) = (a + 1, askEnd);
        }
    }

    /// @dev Stores what the first `count` entries get: all they offer, less equal losses that add up to `excess`.
    function _fill(uint32 slot, Entry[] memory entries, uint256 count, uint256 excess) private {
        if (excess != 0) _shareLosses(entries, count, excess);
        for (uint256 i; i < count; ++i) {
            if (entries[i].fill != 0) orderOf[slot][entries[i].member].fill = entries[i].fill;
        }
    }

    /// @dev Everyone loses the same, or all it has, and the rest is shared again; what can't be split is one packet more
    /// for those with the largest keys.
    function _shareLosses(Entry[] memory winners, uint256 count, uint256 rest) private pure {
        uint256 sharing;
        while (true) {
            sharing = 0;
            for (uint256 i; i < count; ++i) if (winners[i].fill != 0) ++sharing;
            uint256 share = rest / sharing;
            if (share == 0) break;
            for (uint256 i; i < count; ++i) {
                uint256 loss = winners[i].fill < share ? winners[i].fill : share;
                winners[i].fill -= uint32(loss);
                rest -= loss;
            }
        }
        if (rest != 0) _takeOneEach(winners, count, sharing, rest);
    }

    /// @dev Takes a packet from the `rest` entries with the largest keys among the `sharing` that have any left.
    function _takeOneEach(Entry[] memory winners, uint256 count, uint256 sharing, uint256 rest) private pure {
        Entry[] memory left = new Entry[](sharing);
        uint256 n;
        for (uint256 i; i < count; ++i) if (winners[i].fill != 0) left[n++] = winners[i];
        _sort(left, new Entry[](sharing), 0, sharing, _isKeyLarger);
        for (uint256 i; i < rest; ++i) --left[i].fill;
    }
}
