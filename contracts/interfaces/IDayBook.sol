// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IDayBook
/// @notice Brings a day to its one end: settled by proof of flow, or unwound.
interface IDayBook {
    /// @notice A run of a report's leaves, the `first`-th to the (first + count - 1)-th.
    /// @param reading A word whose bit i says that the i-th of the run is given in full (12 words: member, salt, ten flow
    /// words) and is settled; then each leaf, in full or as its hash.
    /// @param proof Siblings that the run lacks (`FlowTree`).
    struct Leaves {
        uint16 first;
        uint16 count;
        bytes reading;
        bytes32[] proof;
    }

    /// @notice A batch of a session with the profiles of the members at hand in full (`ProfileBook`).
    struct BatchReading {
        uint32 session;
        uint16 batch;
        bytes reading;
    }

    /// @notice A profile's fills were booked: `legs` is what they bring, `held` the lock they still need.
    event ProfileReleased(uint32 indexed session, uint16 indexed member, int256 legs, uint256 held);
    /// @notice So many members were settled: by revision `settledBy` - 1, or as an arbiter ruled (125), or unwound (126), or
    /// as if nothing had flowed (127). Who, and what it moved, `IClearingHouse.MembersPaid` says in the same transaction.
    event MembersSettled(uint16 indexed day, uint256 indexed settledBy, uint256 members);
    /// @notice The latest revision moved `toSupplier` from the member to the supplier (negative: back).
    event MemberCorrected(uint16 indexed day, uint16 indexed member, uint256 settledBy, int256 toSupplier);
    /// @notice All is settled; `surplus` went to the fund.
    event DayClosed(uint16 indexed day, uint256 surplus);

    error NotTheMarket(address caller);
    error NotTheArbitration(address caller);
    error WrongDay(uint32 session, uint16 day);
    error ReadingsNotRising(uint32 session, uint16 batch);
    error ProfileAlreadyReleased(uint32 session, uint16 batch, uint256 released);
    error NotAParty(uint16 member);
    error PartiesNotRising(uint16 member);
    error ProfilesMissing(uint16 member, uint256 given, uint256 needed);
    error ReleaseTheRest(uint16 member, uint256 unreleased);
    error NothingToSettle(uint16 member);
    error AlreadySettled(uint16 member, uint16 day);
    error NotSettled(uint16 member, uint16 day);
    error NothingToCorrect(uint16 member, uint256 settled, uint256 latest);
    error NotSettleable(uint16 day);
    error NotMissing(uint16 day);
    error ProvenOnly(uint16 day, uint256 unprovenFrom);
    error CorrectionsOver(uint16 day, uint256 deadline);
    error WrongRoot(uint16 day, bytes32 given, bytes32 root);
    error DayNotSettled(uint16 day, uint256 unsettled);
    error DayStillOpen(uint16 day, uint256 closesAt);
    error DayAlreadyClosed(uint16 day);

    /// @notice The market's: profiles were taken; the low 16 bits of a head are the member.
    function addProfiles(uint16 day, uint256[] calldata heads) external;

    /// @notice Books the fills of profiles of a session that is over, so that their locks fall to what the fills need and
    /// what did not trade can be offered again; anyone's call.
    function release(BatchReading calldata reading) external;

    /// @notice Settles the members whose leaves are given in full; anyone's call, once the dispute window is over.
    /// @param readings Every profile of these members in the day, unless they were released; sessions and batches rising.
    function settle(uint16 day, Leaves calldata leaves, BatchReading[] calldata readings) external;

    /// @notice Settles members without a proof as if nothing had flowed, once the time for proofs is over.
    function settleUnproven(uint16 day, uint16[] calldata who, BatchReading[] calldata readings) external;

    /// @notice Frees the locks of a day for which no report was accepted in time; no leg is paid.
    function unwind(uint16 day, uint16[] calldata who, BatchReading[] calldata readings) external;

    /// @notice Moves the difference of the supplier leg between the revision that a member was settled by and the latest.
    /// @param before Leaves of that revision; without leaves where the member was settled as if nothing had flowed.
    function correct(
        uint16 day,
        uint16 member,
        Leaves calldata before,
        Leaves calldata latest,
        BatchReading[] calldata readings
    ) external;

    /// @notice The arbitration's: settles a member by the flows that an arbiter ruled, or, if it is settled already, moves the
    /// difference. No later revision moves it again.
    /// @param flows Ten flow words, as in a leaf.
    /// @param before As in `correct`; without leaves where the member is not settled yet.
    function settleRuled(
        uint16 day,
        uint16 member,
        uint256[10] calldata flows,
        Leaves calldata before,
        BatchReading[] calldata readings
    ) external;

    /// @notice Closes a day all of whose members are settled: its surplus is the fund's, its holdings are final.
    function closeDay(uint16 day) external;

    /// @notice Whether nothing that was posted for `day` still waits for settlement, revision, a ruling or unwinding, so that a ring
    /// may take its place for a later day.
    function isFree(uint16 day) external view returns (bool);

    /// @notice The day's members with unsettled profiles, what buyers paid more than sellers got so far, and whether it is
    /// closed.
    function dayState(uint16 day) external view returns (uint256 unsettled, int256 pot, bool closed);

    /// @notice 0: not settled; 1 + revision: settled by that report; 125: as an arbiter ruled; 126: unwound; 127: as if
    /// nothing had flowed.
    function settledBy(uint16 day, uint16 member) external view returns (uint256);

    /// @notice Unreleased profiles of the member in the day, and whether any was released.
    function profilesOf(uint16 day, uint16 member) external view returns (uint256 unreleased, bool released);
}
