// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev A delivery interval: floor(unix seconds / slotSeconds).
type Slot is uint32;

using {plus, startsAt} for Slot global;
using {precedes as <} for Slot global;

/// @dev The slot `slots` later; panics beyond the last uint32.
function plus(Slot slot, uint32 slots) pure returns (Slot) {
    return Slot.wrap(Slot.unwrap(slot) + slots);
}

/// @dev The unix second in which the slot starts.
function startsAt(Slot slot, uint256 slotSeconds) pure returns (uint256) {
    return Slot.unwrap(slot) * slotSeconds;
}

/// @dev Whether slot `a` is before slot `b`.
function precedes(Slot a, Slot b) pure returns (bool) {
    return Slot.unwrap(a) < Slot.unwrap(b);
}
