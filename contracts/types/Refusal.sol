// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice Why a profile was refused; the values are what `ProfileRefused` carries.
/// @dev NoFunds: the lock exceeds what is free. InDebt: the member owes the supplier. NoEcoins: an ask exceeds the
/// ecoins that are left, or may still be registered, in its slot.
enum Refusal {
    None,
    UnknownMember,
    OutOfOrder,
    AlreadyPosted,
    BadSignature,
    MalformedOrder,
    AboveRetail,
    AboveCapacity,
    NoFunds,
    InDebt,
    NoEcoins
}
