// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice Why a well-formed request is not admitted to a commons.
/// @dev FeederFull: with all others served as late as possible, it would exceed the feeder limit. PoolTaken: what it
/// needs is planned for others. BeyondForecast: not even an empty pool could carry it.
enum Rejection {
    None,
    FeederFull,
    PoolTaken,
    BeyondForecast
}

/// @notice Why a commons' firewall refuses a message or a request before admission looks at it.
enum Firewall {
    None,
    UnknownMember,
    StaleMessage,
    Replayed,
    BadSignature,
    WrongSize,
    Malformed,
    OutOfWindow,
    ClientBusy,
    AboveConnection,
    QuotaSpent,
    ClientIdle,
    AlreadyUrgent,
    BookFull
}
