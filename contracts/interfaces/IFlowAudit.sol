// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IFlowAudit
/// @notice Holds what a member of a commons acknowledged against what its meter drew: packets of the commons come on top of
/// what a home has of its own, so in no slot can more have arrived than the meter drew from the feeder.
/// @dev Receipts are those of `IPacketCommons.PacketsReceived`, meters those of `IFlowOracle`. Nothing is decided here:
/// the events are public, and what follows from them is the community's to say.
interface IFlowAudit {
    /// @notice A report's leaf of one member, and the siblings up to the root.
    /// @param words Member, salt, ten flow words: see `FlowTree`.
    struct Leaf {
        uint256[12] words;
        bytes32[] proof;
    }

    /// @notice What an audit found, packets over the measured slots of a day.
    /// @param acknowledged What the member's routers said arrived.
    /// @param drawn What its meter drew.
    /// @param excess Sum over slots of what was acknowledged beyond what was drawn.
    /// @param slots In how many slots that was so.
    /// @param unmeasured Slots whose reading is none, and is not held against anyone.
    struct Finding {
        uint32 acknowledged;
        uint32 drawn;
        uint32 excess;
        uint8 slots;
        uint8 unmeasured;
    }

    /// @notice Commons and tariff have slots of another length.
    error SlotsDiffer(uint256 ofCommons, uint256 ofTariff);
    /// @notice One list of receipts for each slot of the day.
    error WrongCount(uint256 given, uint256 slots);
    /// @notice Of the slots [first, end) the commons has not read all receipts yet, or keeps some no more.
    error NotKept(uint32 first, uint32 end, uint32 next);
    /// @notice These are not the receipts of the slot.
    error WrongReceipts(uint32 slot);
    /// @notice The leaf is not in the day's report.
    error NotInReport(uint16 day, uint8 revision);

    /// @notice What a member acknowledged, its meter drew as well.
    event AcknowledgmentsHeld(uint16 indexed day, uint16 indexed member, uint8 revision, Finding finding);
    /// @notice A member acknowledged more than its meter drew.
    event AcknowledgmentMismatch(uint16 indexed day, uint16 indexed member, uint8 revision, Finding finding);

    /// @notice Audits a member for a day by the day's latest report, and says in an event what it found. Open to anyone.
    /// @param receipts For each slot of the day the receipts, empty where there are none.
    function audit(
        uint16 day,
        Leaf calldata leaf,
        bytes[] calldata receipts
    ) external returns (uint16 member, Finding memory finding);
}
