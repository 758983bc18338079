// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IEcoinRegistry
/// @notice Who owns how many ecoins of which slot: registered, offered, sold, and, once flow is proved, minted.
/// @dev Arrays of ten words are lanes of the day (`Lanes`): lane i of word w is the (10 w + i)-th slot.
interface IEcoinRegistry {
    /// @notice What an id stands for: energy delivered; a kind is reserved for flexibility ("NegaWatts").
    enum Kind {
        Energy,
        Flexibility
    }

    /// @notice `member` registered ecoins beyond what it had, a lane a slot.
    event EcoinsRegistered(uint16 indexed member, uint16 indexed day, uint256[10] packets);
    /// @notice Offered ecoins came back: replaced or unsold; bought ones came in.
    event EcoinsReturned(uint16 indexed member, uint16 indexed day, uint256[10] packets);
    /// @notice Members received ecoins; items as in `mint`.
    event EcoinsMinted(uint16 indexed day, uint256[] items);
    /// @notice Delivered (D) and drawn (U) packets of the day's local trades, added and taken away.
    event TotalsChanged(uint16 indexed day, uint256[10] delivered, uint256[10] drawn, bool added);
    /// @notice The day's holdings are final. Bit i of `short`: less was delivered than drawn in its i-th slot.
    event HoldingsFinal(uint16 indexed day, uint256 short);
    event EcoinsTransferred(uint16 indexed from, uint16 indexed to, uint16 day, uint256 slotOfDay, uint256 packets);

    error NotTheMarket(address caller);
    error NotTheDayBook(address caller);
    error NotTheMember(uint16 member, address caller);
    error UnknownMember(uint16 member);
    error AboveCapacity(uint16 member, uint16 day, uint256 word);
    error DayOver(uint16 day);
    error HoldingsNotFinal(uint16 day);
    error HoldingsAreFinal(uint16 day);
    error InsufficientEcoins(uint16 member, uint16 day, uint256 slotOfDay, uint256 held, uint256 needed);

    /// @notice Registers ecoins that the caller's member expects to feed in, beyond those it has; free to be offered.
    function register(uint16 day, uint256[10] calldata packets) external;

    /// @notice The market's: commits `asks` to a session. What is left of the member's ecoins goes first; the rest is
    /// registered if `registers`, within the connection `capacity` per slot.
    /// @return False, and nothing changes, if a slot has too few.
    function offer(
        uint16 day,
        uint16 member,
        uint256 capacity,
        bool registers,
        uint256[10] calldata asks
    ) external returns (bool);

    /// @notice The market's: `asks` are no longer offered.
    function takeBack(uint16 day, uint16 member, uint256[10] calldata asks) external;

    /// @notice The day book's, after clearing: what an ask did not sell, and what a bid bought, may be offered again.
    function release(uint16 day, uint16 member, uint256[10] calldata packets) external;

    /// @notice Sold and bought packets, net per slot, of a member all of whose profiles are released.
    function positionOf(
        uint16 day,
        uint16 member
    ) external view returns (uint256[10] memory sold, uint256[10] memory bought);

    /// @notice The day book's: writes what members received, and adds (or takes away) to the day's delivered and drawn.
    /// @param items A word per word of cells that changes: member less 1 (bits 243..255), number of the word (240..242), the 20
    /// cells (`EcoinCells`).
    function mint(
        uint16 day,
        uint256[] calldata items,
        uint256[10] calldata delivered,
        uint256[10] calldata drawn
    ) external;

    /// @notice The day book's: takes away from delivered and drawn what a revision replaces.
    function unmint(uint16 day, uint256[10] calldata delivered, uint256[10] calldata drawn) external;

    /// @notice The day book's: the day is closed.
    function finalize(uint16 day) external;

    /// @notice Moves minted ecoins of one slot of a closed day.
    function transfer(uint16 day, uint256 slotOfDay, uint16 from, uint16 to, uint256 packets) external;

    /// @notice Ecoins that the member holds of a slot: what it received, at most its share of what was delivered, rounded
    /// down, and what was transferred.
    function holdingOf(uint16 day, uint256 slotOfDay, uint16 member) external view returns (uint256);

    /// @notice Ecoins registered by the member, and of them free to be offered, a lane a slot.
    function registeredOf(
        uint16 day,
        uint16 member
    ) external view returns (uint256[10] memory registered, uint256[10] memory free);

    /// @notice Packets delivered and drawn on local trades, a lane a slot.
    function totalsOf(uint16 day) external view returns (uint256[10] memory delivered, uint256[10] memory drawn);

    /// @notice Ecoins of days that have left the ring, over the member's life.
    function certificatesOf(uint16 member) external view returns (int256);
}
