// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title DoubleAuction
/// @notice Checks a claim about how one slot clears, without sorting: two passes over its orders, in any order.
/// @dev The mechanism is that of Huang, Scheller-Wolf and Sycara, "Design of a Multi-Unit Double Auction E-Market",
/// Computational Intelligence 18(4), 2002: strategy-proof in the price, never in deficit, nobody trades at a loss.
/// This is the plain version, for reading and as the reference in tests; markets run `LaneAuction`.
/// Twin: `agents/model/claim.ts`.
library DoubleAuction {
    /// @notice One member's order.
    /// @param price Most a bid pays, least an ask accepts, in base units per packet; may be 0 or negative.
    /// @param packets Quantity; 0 is no order.
    /// @param key Who goes first among equal prices: the smaller. Depends on no price and no quantity, else the
    /// auction is not strategy-proof.
    struct Order {
        uint16 member;
        int32 price;
        uint32 packets;
        bool ask;
        uint256 key;
    }

    /// @notice How the packets up to the critical bid compare with those up to the critical ask, themselves included.
    enum Relation {
        NothingCrosses,
        Less,
        More,
        Equal
    }

    /// @notice What is said about a slot.
    /// @param criticalBid Member whose bid holds the last crossing packet of demand.
    /// @param criticalAsk Member whose ask holds the last crossing packet of supply.
    /// @param tau For `NothingCrosses` and `Equal`: a price above every bid, and not above any ask, of those behind.
    /// @param asksLong Whether the winning asks have more packets than the winning bids.
    /// @param level What each winner of the long side loses, or all it has.
    /// @param threshold Winners of the long side with a key from here on lose one packet more; the largest for nobody.
    struct Claim {
        Relation relation;
        uint16 criticalBid;
        uint16 criticalAsk;
        int64 tau;
        bool asksLong;
        uint32 level;
        uint256 threshold;
    }

    /// @notice Why a claim is refused.
    enum Refusal {
        None,
        OrdersCross,
        NoSuchCriticalOrder,
        CriticalPairDoesNotCross,
        NotTheCriticalPair,
        WrongRelation,
        NextPacketCrosses,
        WrongLongSide,
        WrongLevel,
        WrongRemainder
    }

    /// @notice How the slot clears.
    /// @param packets Packets that change hands; where 0 there are no prices.
    /// @param buyPrice What each buyer pays per packet.
    /// @param sellPrice What each seller receives per packet.
    /// @param surplus (buyPrice - sellPrice) x packets, the community fund's.
    /// @param fills Packets traded per order, in the order of the book.
    struct Outcome {
        uint256 packets;
        int32 buyPrice;
        int32 sellPrice;
        uint256 surplus;
        uint32[] fills;
    }

    /// @dev A critical order, the packets strictly ahead of it, and the best price behind it.
    struct Side {
        Order critical;
        uint256 ahead;
        int256 bestBehind;
    }

    /// @notice Checks a claim. Exactly one outcome passes.
    /// @dev Assumes one order per member, and keys that are all different and below the largest number, and no
    /// member 0.
    /// @return refusal The first reason against the claim.
    /// @return outcome How the slot clears, if there is none.
    function check(
        Order[] memory orders,
        Claim memory claim
    ) internal pure returns (Refusal refusal, Outcome memory outcome) {
        outcome.fills = new uint32[](orders.length);
        bool crosses = claim.relation != Relation.NothingCrosses;
        Side memory bids = _side(orders, crosses ? claim.criticalBid : 0, false);
        Side memory asks = _side(orders, crosses ? claim.criticalAsk : 0, true);
        if (!crosses) return (_separates(bids, claim.tau, asks) ? Refusal.None : Refusal.OrdersCross, outcome);
        refusal = _judgePair(bids, asks, claim);
        if (refusal != Refusal.None || bids.ahead == 0 || asks.ahead == 0) return (refusal, outcome);
        refusal = _judgeBurden(orders, bids, asks, claim);
        if (refusal == Refusal.None) _trade(orders, bids, asks, claim, outcome);
    }

    /// @dev First pass, over one side. Without a critical order everything is behind.
    function _side(Order[] memory orders, uint16 member, bool ask) private pure returns (Side memory side) {
        side.bestBehind = ask ? type(int256).max : type(int256).min;
        for (uint256 i; i < orders.length; ++i) {
            if (orders[i].member == member && orders[i].ask == ask) side.critical = orders[i];
        }
        for (uint256 i; i < orders.length; ++i) {
            Order memory order = orders[i];
            if (order.packets == 0 || order.ask != ask || order.member == member) continue;
            if (side.critical.packets != 0 && _isAhead(order, side.critical)) side.ahead += order.packets;
            else if (ask ? order.price < side.bestBehind : order.price > side.bestBehind) side.bestBehind = order.price;
        }
    }

    /// @dev Rank on one side: the better price, at equal prices the smaller key.
    function _isAhead(Order memory a, Order memory b) private pure returns (bool) {
        if (a.price == b.price) return a.key < b.key;
        return a.ask ? a.price < b.price : a.price > b.price;
    }

    /// @dev Every bid behind < tau <= every ask behind.
    function _separates(Side memory bids, int256 tau, Side memory asks) private pure returns (bool) {
        return bids.bestBehind < tau && tau <= asks.bestBehind;
    }

    /// @dev The critical pair: with Q* the largest q such that the q-th packet of demand is priced at or above the q-th
    /// of supply, the first bid and the first ask whose cumulative packets reach Q*. Found without Q*: each has its
    /// last packet after the other side's packets ahead, and the next packet does not cross. Where the cumulatives
    /// are equal the paper's weak inequalities admit later pairs too; these are not strategy-proof, so tau shuts them out.
    function _judgePair(Side memory bids, Side memory asks, Claim memory claim) private pure returns (Refusal) {
        Order memory bid = bids.critical;
        Order memory ask = asks.critical;
        if (bid.packets == 0 || ask.packets == 0) return Refusal.NoSuchCriticalOrder;
        if (bid.price < ask.price) return Refusal.CriticalPairDoesNotCross;
        uint256 demand = bids.ahead + bid.packets;
        uint256 supply = asks.ahead + ask.packets;
        if (bids.ahead >= supply || asks.ahead >= demand) return Refusal.NotTheCriticalPair;
        Relation relation =
            demand < supply
                ? Relation.Less
                : demand > supply
                    ? Relation.More
                    : Relation.Equal;
        if (claim.relation != relation) return Refusal.WrongRelation;
        bool stops;
        if (relation == Relation.Less) stops = bids.bestBehind < ask.price;
        else if (relation == Relation.More) stops = bid.price < asks.bestBehind;
        else stops = _separates(bids, claim.tau, asks);
        return stops ? Refusal.None : Refusal.NextPacketCrosses;
    }

    /// @dev Second pass, over the winners of the long side. Their losses up to the level are at most the excess, and
    /// those up to one packet more are above it: only one level does both. What is left is one packet for each winner
    /// above the level with one of the largest keys: only one set of them has the right size.
    function _judgeBurden(
        Order[] memory orders,
        Side memory bids,
        Side memory asks,
        Claim memory claim
    ) private pure returns (Refusal) {
        if (claim.asksLong != (asks.ahead > bids.ahead)) return Refusal.WrongLongSide;
        (uint256 base, uint256 above, uint256 extra) = (0, 0, 0);
        for (uint256 i; i < orders.length; ++i) {
            Order memory order = orders[i];
            if (order.ask != claim.asksLong || !_isAhead(order, (order.ask ? asks : bids).critical)) continue;
            bool isAbove = order.packets > claim.level;
            base += isAbove ? claim.level : order.packets;
            if (isAbove) ++above;
            if (isAbove && order.key >= claim.threshold) ++extra;
        }
        uint256 excess = claim.asksLong ? asks.ahead - bids.ahead : bids.ahead - asks.ahead;
        if (base > excess || excess >= base + above) return Refusal.WrongLevel;
        return extra == excess - base ? Refusal.None : Refusal.WrongRemainder;
    }

    /// @dev Winners trade at the prices of the critical orders, which stay out; the long side bears its excess.
    function _trade(
        Order[] memory orders,
        Side memory bids,
        Side memory asks,
        Claim memory claim,
        Outcome memory outcome
    ) private pure {
        outcome.packets = bids.ahead < asks.ahead ? bids.ahead : asks.ahead;
        outcome.buyPrice = bids.critical.price;
        outcome.sellPrice = asks.critical.price;
        outcome.surplus = uint256(int256(outcome.buyPrice) - outcome.sellPrice) * outcome.packets;
        for (uint256 i; i < orders.length; ++i) {
            Order memory order = orders[i];
            if (!_isAhead(order, (order.ask ? asks : bids).critical)) continue;
            outcome.fills[i] = order.packets;
            if (order.ask != claim.asksLong) continue;
            outcome.fills[i] = order.packets > claim.level ? order.packets - claim.level : 0;
            if (outcome.fills[i] > 0 && order.key >= claim.threshold) --outcome.fills[i];
        }
    }
}
