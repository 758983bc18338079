// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IDayBook} from "../interfaces/IDayBook.sol";
import {IEcoinRegistry} from "../interfaces/IEcoinRegistry.sol";

/// @title CommunityLens
/// @notice Reads all that the invariants are about in one call.
contract CommunityLens {
    IERC20 private immutable _token;
    IClearingHouse private immutable _house;
    IDayBook private immutable _dayBook;
    IEcoinRegistry private immutable _ecoins;

    /// @notice What a day's members hold and owe. `words` is how many words of ten slots are read.
    struct DayView {
        uint256 unsettled;
        int256 pot;
        bool closed;
        uint256[] settledBy;
        uint256[] unreleased;
        uint256[] registered;
        uint256[] free;
        uint256[] holdings;
        uint256[] delivered;
        uint256[] drawn;
    }

    /// @notice Money; per member balance, locked, debt, owed by the supplier, certificates.
    struct MoneyView {
        uint256 tokens;
        uint256 supplier;
        uint256 supplierOwes;
        uint256 fund;
        uint256 bonds;
        int256[] members;
    }

    constructor(IERC20 token_, IClearingHouse house_, IDayBook dayBook_, IEcoinRegistry ecoins_) {
        (_token, _house, _dayBook, _ecoins) = (token_, house_, dayBook_, ecoins_);
    }

    /// @notice The money of members 1 .. `count`.
    function money(uint16 count) external view returns (MoneyView memory v) {
        v.tokens = _token.balanceOf(address(_house));
        (v.supplier, v.supplierOwes) = _house.supplierAccount();
        (v.fund, v.bonds) = (_house.fundBalance(), _house.bondBalance());
        v.members = new int256[](5 * uint256(count));
        for (uint16 m = 1; m <= count; ++m) {
            uint256 i = 5 * (uint256(m) - 1);
            (uint256 balance, uint256 locked) = _house.accountOf(m);
            (v.members[i], v.members[i + 1]) = (int256(balance), int256(locked));
            (v.members[i + 2], v.members[i + 3]) = (int256(_house.debtOf(m)), int256(_house.owedTo(m)));
            v.members[i + 4] = _ecoins.certificatesOf(m);
        }
    }

    /// @notice The first `slots` slots of `day`, two words at most, for members 1 .. `count`.
    function dayOf(uint16 day, uint16 count, uint256 slots) external view returns (DayView memory v) {
        (v.unsettled, v.pot, v.closed) = _dayBook.dayState(day);
        v.settledBy = new uint256[](count);
        v.unreleased = new uint256[](count);
        (v.registered, v.free) = (new uint256[](2 * uint256(count)), new uint256[](2 * uint256(count)));
        v.holdings = new uint256[](count * slots);
        for (uint16 m = 1; m <= count; ++m) _member(v, day, m, slots);
        (v.delivered, v.drawn) = (new uint256[](2), new uint256[](2));
        (uint256[10] memory delivered, uint256[10] memory drawn) = _ecoins.totalsOf(day);
        for (uint256 w; w < 2; ++w) (v.delivered[w], v.drawn[w]) = (delivered[w], drawn[w]);
    }

    function _member(DayView memory v, uint16 day, uint16 m, uint256 slots) private view {
        v.settledBy[m - 1] = _dayBook.settledBy(day, m);
        (v.unreleased[m - 1], ) = _dayBook.profilesOf(day, m);
        (uint256[10] memory registered, uint256[10] memory free) = _ecoins.registeredOf(day, m);
        for (uint256 w; w < 2; ++w) {
            (v.registered[2 * (m - 1) + w], v.free[2 * (m - 1) + w]) = (registered[w], free[w]);
        }
        for (uint256 i; i < slots; ++i) v.holdings[(m - 1) * slots + i] = _ecoins.holdingOf(day, i, m);
    }
}
