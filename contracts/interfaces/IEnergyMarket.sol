// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Refusal} from "../types/Refusal.sol";

/// @title IEnergyMarket
/// @notice Sessions: take signed profiles until the gate, then clear every slot by the auction.
interface IEnergyMarket {
    /// @notice Where a session stands.
    /// @dev Taking: profiles are taken. Closed: the gate has passed, no seed yet or no outcome yet. Cleared: the outcome
    /// is kept. Void: nobody cleared in time; every order counts as not filled.
    enum Stage {
        Taking,
        Closed,
        Cleared,
        Void
    }

    /// @notice A session as it is kept.
    /// @param day The day whose slots it trades; `Tariff` says which slots these are.
    /// @param first Its first slot, counted from the day's first.
    /// @param count Its number of slots.
    /// @param members Members registered when it was opened; only they take part.
    /// @param gate Unix time from which no profile is taken.
    /// @param closedAt Block in which it was closed, 0 before; its seed is the hash of the second block after.
    /// @param batches Batches posted.
    /// @param rows Profiles that count; one that replaces another counts in its place.
    /// @param seeded Whether the seed is fixed.
    /// @param active How many of the members were active when it was opened: the parts of a shared surplus.
    struct Session {
        uint16 day;
        uint8 first;
        uint8 count;
        uint16 members;
        uint40 gate;
        uint40 closedAt;
        uint16 batches;
        uint16 rows;
        bool seeded;
        bool cleared;
        uint16 active;
    }

    /// @notice What became of the profiles of a batch that were given in full.
    /// @param full Bit i: the i-th profile was given in full.
    /// @param firstWord Word of the day that the first order word stands for.
    /// @param words Order words of a profile.
    /// @param tradedWords Bit w: a slot of the session's w-th word traded; 0 where the session is void.
    /// @param fills Packets filled, a lane per order: profile by profile, the traded words.
    /// @param prices Ticks per slot: bits 23..12 what buyers pay, bits 11..0 what sellers get.
    struct Outcome {
        uint256 full;
        uint256 firstWord;
        uint256 words;
        uint256 tradedWords;
        bytes fills;
        uint256[] prices;
    }

    /// @notice `session` takes profiles until `gate`.
    event SessionOpened(uint32 indexed session, uint32 firstSlot, uint8 count, uint40 gate);
    /// @notice Profiles were taken into the `batch`-th batch; a head is member, nonce, registers and lock (`ProfileBook`).
    event BatchPosted(uint32 indexed session, uint16 batch, bytes32 commitment, uint256[] heads);
    /// @notice A profile was refused; nothing of it took effect.
    event ProfileRefused(uint32 indexed session, uint256 index, uint16 member, Refusal reason);
    /// @notice A profile of `batch` no longer counts: its member replaced it. `place` has one bit set, the i-th for the i-th
    /// profile.
    event ProfileReplaced(uint32 indexed session, uint16 batch, uint256 place, uint16 member);
    /// @notice The book is closed; the seed will be the hash of block `seedBlock`.
    event SessionClosed(uint32 indexed session, uint256 seedBlock);
    /// @notice A part of the book was added to the tally of `claims`; give `tally` with the next part.
    event ClearingAdvanced(uint32 indexed session, bytes32 claims, uint256 nextBatch, uint256[] tally);
    /// @notice Every slot is cleared; 85 bits a slot, three to a word.
    event SessionCleared(uint32 indexed session, bytes32 seed, uint256[] results, uint256[] traded);

    error UnknownSession(uint32 session);
    error SessionOutsideDay(uint16 day, uint256 first, uint256 count, uint256 slots);
    error GateOutOfRange(uint256 gate, uint256 earliest, uint256 latest);
    error TooManySessions(uint16 day);
    error GatePassed(uint32 session, uint256 gate);
    error GateNotPassed(uint32 session, uint256 gate);
    error WrongBatchSize(uint256 bytesGiven, uint256 rowBytes, uint256 maxRows);
    error BookFull(uint32 session, uint256 maxRows);
    error NothingAccepted(Refusal first);
    error WrongNonce(uint16 member, uint256 given, uint256 live);
    error NotTheLiveProfile(uint32 session, uint16 batch, uint256 place);
    error NotOneProfile(uint256 full);
    error SeedNotReady(uint32 session, uint256 seedBlock);
    error SeedMissed(uint32 session, uint256 seedBlock);
    error AlreadyClosed(uint32 session);
    error NotClosed(uint32 session);
    error AlreadyCleared(uint32 session);
    error ClearingOver(uint32 session, uint256 deadline);
    error NotCleared(uint32 session);
    error WrongCommitment(uint32 session, uint256 batch);
    error ReplacedProfileInFull(uint32 session, uint256 batch);
    error LiveProfileMissing(uint32 session, uint256 batch);
    error WrongNumberOfClaims(uint32 session, uint256 given, uint256 needed);
    error WrongTally(uint32 session);

    /// @notice Opens a session over `count` slots of `day` from its `first`-th; the operator's call.
    /// @param gate Unix time; at latest when the first slot starts.
    /// @return session `day` x 256 + number of the session in its day.
    function openSession(uint16 day, uint8 first, uint8 count, uint40 gate) external returns (uint32 session);

    /// @notice Takes any number of signed profiles, from anyone, before the gate. One that can't be taken is refused with
    /// its reason in an event and changes nothing; a batch of which nothing can be taken reverts.
    /// @param rows Per profile: head, r, vs (EIP-2098), then its order words; members in rising order. Where vs is 0, r is
    /// the index of its signature in `signatures`.
    /// @param signatures Signatures of other forms: 65 bytes, or what an ERC-1271 wallet wants.
    function post(uint32 session, bytes calldata rows, bytes[] calldata signatures) external;

    /// @notice Replaces a member's profile before the gate by one with the next nonce; without orders it is a cancellation.
    /// @param batch Where the profile that counts so far lies.
    /// @param reading That batch, with that profile alone in full.
    /// @param row As in `post`, one profile.
    function replace(
        uint32 session,
        uint16 batch,
        bytes calldata reading,
        bytes calldata row,
        bytes[] calldata signatures
    ) external;

    /// @notice Closes the book after the gate; anyone's call. Again, if the seed was missed.
    function close(uint32 session) external;

    /// @notice Adds batches to the tally of the claims; with the last one, judges the claims and keeps the outcome.
    /// @dev At a session of any size: batches in order, as many a call as its gas allows.
    /// @param claims A word per slot of the session's words (`IAuction`).
    /// @param tally What the last `ClearingAdvanced` said for these claims; empty at the start.
    /// @param readings The next batches, every profile that counts in full, replaced ones as marks.
    function clear(
        uint32 session,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes[] calldata readings
    ) external;

    /// @notice A batch with its fills, for settlement; reverts unless it is what was posted and the session is over.
    function outcome(uint32 session, uint16 batch, bytes calldata reading) external view returns (Outcome memory);

    /// @notice Commitment, replaced profiles (bit i: the i-th) and number of profiles of a batch; zeros for an unknown one.
    function batchOf(
        uint32 session,
        uint16 batch
    ) external view returns (bytes32 commitment, uint256 replaced, uint256 count);

    /// @notice The session; reverts if it is not in the ring.
    function sessionOf(uint32 session) external view returns (Session memory);

    /// @notice Where the session stands now.
    function stageOf(uint32 session) external view returns (Stage);

    /// @notice Nonce of the member's profile that counts in `session`, 0 if none.
    function nonceOf(uint32 session, uint16 member) external view returns (uint256);

    /// @notice Packets traded and number of orders per slot, a lane each, kept where the fund's rule shares (else empty),
    /// and the prices.
    function surplusOf(
        uint32 session
    )
        external
        view
        returns (uint256[] memory traded, uint256[] memory orders, uint256[] memory prices, uint256 firstWord);
}
