// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {LaneSettlement} from "../libraries/LaneSettlement.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Settlement} from "../libraries/Settlement.sol";

/// @title LaneSettlementHarness
/// @notice Lets tests settle members as the day book does, and slot by slot as `Settlement` says.
contract LaneSettlementHarness {
    using LaneSettlement for LaneSettlement.Party;
    using LaneSettlement for LaneSettlement.Terms;

    /// @notice The scale of prices and the day's tariff words.
    struct Day {
        int256 floorPrice;
        uint256 tickSize;
        uint256[] prices;
    }

    /// @notice One profile of a member: head and order words; its session's traded words (bit w: the w-th), the fills in
    /// these, and the prices of all words. Nothing of them where the session is void.
    struct Profile {
        uint256 firstWord;
        uint256 traded;
        uint256[] row;
        uint256[] fills;
        uint256[] prices;
    }

    /// @notice A member; `flows` has ten words, or none.
    struct Member {
        Profile[] profiles;
        uint256[] flows;
    }

    /// @notice What comes out, in ticks x packets but for `lock` and `plainTicks`, which are token base units.
    struct Settled {
        uint256 count;
        uint256 lock;
        int256 legs;
        int256 ticks;
        int256 plainTicks;
        uint256 held;
        uint256[5] received;
        uint256[10] sold;
        uint256[10] bought;
        uint256[10] returned;
    }

    /// @notice Settles members; `proved` is summed up over all of them.
    /// @param released Whether their profiles were released before, so that only the net position is left.
    function settle(
        Day calldata day,
        Member[] calldata members,
        bool released
    ) external pure returns (Settled[] memory settled, LaneSettlement.Proved memory proved) {
        LaneSettlement.Terms memory t = _terms(day);
        settled = new Settled[](members.length);
        for (uint256 i; i < members.length; ++i) {
            LaneSettlement.Party memory party;
            for (uint256 p; p < members[i].profiles.length; ++p) {
                _addProfile(t, party, members[i].profiles[p], settled[i]);
            }
            if (released) party = _netOnly(party);
            party.flows = _positionOf(members[i].flows);
            (settled[i].ticks, settled[i].received) = t.supplierLeg(party, proved);
            settled[i].plainTicks = _plain(day, party, members[i].flows);
            (settled[i].count, settled[i].lock, settled[i].legs) = (party.count, party.lock, party.legs);
            (settled[i].sold, settled[i].bought) = (party.sold, party.bought);
        }
    }

    /// @notice min(z, F) and max(z, R), and the turned prices, for a tariff.
    function terms(Day calldata day) external pure returns (LaneSettlement.Terms memory) {
        return _terms(day);
    }

    function _terms(Day calldata day) private pure returns (LaneSettlement.Terms memory) {
        return LaneSettlement.terms(day.prices, uint256(-day.floorPrice) / day.tickSize, day.tickSize);
    }

    /// @dev Adds a profile to the whole, and, alone, works out what its release leaves locked and gives back.
    function _addProfile(
        LaneSettlement.Terms memory t,
        LaneSettlement.Party memory party,
        Profile calldata profile,
        Settled memory settled
    ) private pure {
        LaneSettlement.Party memory alone;
        _add(t, party, profile);
        uint256 head = _add(t, alone, profile);
        settled.held += t.lockAfter(alone, profile.prices, profile.firstWord);
        uint256[10] memory back = alone.returned(head, profile.firstWord, profile.row.length - 1);
        for (uint256 w; w < 10; ++w) settled.returned[w] += back[w];
    }

    /// @dev Gives the calldata position of the profile's head.
    function _add(
        LaneSettlement.Terms memory t,
        LaneSettlement.Party memory party,
        Profile calldata profile
    ) private pure returns (uint256 head) {
        LaneSettlement.Prices memory prices = LaneSettlement.sessionPrices(
            profile.prices,
            profile.firstWord,
            profile.traded
        );
        uint256[] calldata row = profile.row;
        uint256[] memory fills = profile.fills;
        uint256 filled;
        assembly ("memory-safe") {
            head := row.offset
            filled := add(fills, 0x20)
        }
        party.addProfile(prices, head, filled, t.zero);
    }

    function _netOnly(LaneSettlement.Party memory party) private pure returns (LaneSettlement.Party memory net) {
        uint256[10] memory sold;
        uint256[10] memory bought;
        for (uint256 w; w < 10; ++w) {
            sold[w] = Lanes.minusFloor(party.sold[w], party.bought[w]);
            bought[w] = Lanes.minusFloor(party.bought[w], party.sold[w]);
        }
        net.addPosition(sold, bought);
    }

    /// @dev The supplier leg slot by slot, in token base units.
    function _plain(
        Day calldata day,
        LaneSettlement.Party memory party,
        uint256[] calldata flows
    ) private pure returns (int256 money) {
        for (uint256 w; w < 10; ++w) {
            if (party.sold[w] | party.bought[w] == 0) continue;
            uint256 flow = flows.length == 0 ? 0 : flows[w];
            for (uint256 i; i < Lanes.COUNT; ++i) {
                money += _plainSlot(
                    day,
                    Lanes.at(day.prices[w], i),
                    Lanes.at(party.sold[w], i),
                    Lanes.at(party.bought[w], i),
                    Lanes.at(flow, i)
                );
            }
        }
    }

    function _plainSlot(
        Day calldata day,
        uint256 prices,
        uint256 sold,
        uint256 bought,
        uint256 flow
    ) private pure returns (int256) {
        (uint256 shortage, uint256 unused) = Settlement.deviation(sold, bought, (flow >> 11) & 0x7ff, flow & 0x7ff);
        return Settlement.supplierLeg(shortage, unused, _price(day, prices >> 12), _price(day, prices & 0xfff));
    }

    function _price(Day calldata day, uint256 tick) private pure returns (int256) {
        return day.floorPrice + int256(tick * day.tickSize);
    }

    function _positionOf(uint256[] calldata words) private pure returns (uint256 position) {
        if (words.length == 0) return 0;
        assembly ("memory-safe") {
            position := words.offset
        }
    }
}
