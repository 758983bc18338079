// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Firewall, Rejection} from "../types/CommonsReason.sol";

/// @title IPacketCommons
/// @notice A shared pool of packets: who asked is admitted or not, classed, and served slot by slot by rules that the
/// community votes. No prices, no money.
/// @dev Slots, packets and windows as everywhere. `docs/commons.md` has the rules, `Requests` the words, `CommonsRules`
/// the votes. The book of open requests is bound by a hash and given again in calldata; the events are its only copy.
interface IPacketCommons {
    /// @notice Fixed for good at deployment.
    /// @param slotSeconds Length of a slot, seconds.
    /// @param horizonSlots Slots ahead of the next one that requests and forecasts reach, 1 .. 112.
    /// @param feederLimit Most packets per slot that the feeder leaves to the commons, 1 .. 32,767.
    /// @param monthSlots Slots over which emergencies are counted, at least 1.
    struct Terms {
        uint32 slotSeconds;
        uint16 horizonSlots;
        uint16 feederLimit;
        uint16 monthSlots;
    }

    /// @notice What the server expects of a slot, packets: surplus of all members, uncontrolled load, and what it plans
    /// to take from the stores and to import.
    struct Forecast {
        uint16 source;
        uint16 baseload;
        uint16 bufferOut;
        uint16 cacheOut;
        uint16 imported;
    }

    /// @notice All stores of a kind together.
    /// @param capacity Packets that it holds at most.
    /// @param stored Packets that it holds.
    /// @param chargeLimit Most packets taken in a slot.
    /// @param dischargeLimit Most packets given in a slot.
    /// @param efficiency Share of what is taken in that can be given out again, permille, 1 .. 1000.
    struct Store {
        uint32 capacity;
        uint32 stored;
        uint16 chargeLimit;
        uint16 dischargeLimit;
        uint16 efficiency;
    }

    /// @notice Batteries, and long-term storage.
    struct Stores {
        Store buffer;
        Store cache;
    }

    /// @notice What became of a slot's energy, packets.
    /// @param served Made available to clients.
    /// @param beyondAllowance Import beyond what was voted: promises that the forecast broke.
    struct Balance {
        uint32 served;
        uint32 bufferOut;
        uint32 cacheOut;
        uint32 imported;
        uint32 beyondAllowance;
        uint32 charged;
        uint32 cached;
        uint32 exported;
    }

    /// @notice A slot as it comes out by the rules.
    /// @param pages Two bytes for each page of the book: the number of its cells.
    /// @param book The cells of all pages.
    /// @param records The records of last packets (`LastPackets`), as the last allocation left them.
    /// @param back The cells of the records of which not all packets arrived, in order.
    /// @param order Of those still in the book, who wants packets beyond what is forced, in order, two bytes each.
    /// @param grants Packets of each request still in the book, two bytes each.
    struct Proposal {
        bytes pages;
        bytes book;
        bytes records;
        bytes back;
        bytes order;
        bytes grants;
    }

    /// @notice The terms can't be kept.
    error TermsOutOfRange(Terms terms);
    /// @notice A store holds more than it can, or has no efficiency.
    error StoreOutOfRange(Store store);
    /// @notice None of the messages was taken; the first was refused for this.
    error NothingTaken(Firewall reason);
    /// @notice The rows end within a message.
    error RowsCutShort(uint256 bytesGiven, uint256 bytesNeeded);
    /// @notice The forecast starts at another slot than the next one, or reaches beyond the horizon.
    error WrongForecast(uint32 first, uint32 next, uint256 slots);
    /// @notice The forecast plans more than a store gives or the rules allow, in slot `at`.
    error PlanOutOfRange(uint256 at);
    /// @notice The next slot is closed and its seed can be had.
    error AlreadyClosed(uint32 slot);
    /// @notice A slot is closed at most one slot's length before it starts, at `from`, unix seconds.
    error TooEarly(uint32 slot, uint256 from);
    /// @notice The slot is not closed, or its seed is not yet, or no longer, to be had.
    error NoSeed(uint32 slot);
    /// @notice The book is another one.
    error WrongBook(bytes32 given, bytes32 bound);
    /// @notice The cells of the i-th record are others, or there are more than its records have.
    error WrongCells(uint256 i);
    /// @notice The order of a slot names everyone who wants packets, in two bytes each, or nobody if there is nothing.
    error WrongOrderLength(uint256 bytesGiven, uint256 bytesNeeded);
    /// @notice The order names a request that is not there.
    error NotInBook(uint256 at, uint256 open);
    /// @notice The order names a request that can't use a packet.
    error WantsNothing(uint256 at);
    /// @notice The i-th request of the order does not come after the one before it.
    error OutOfOrder(uint256 i);
    /// @notice Grants are two bytes for each open request.
    error WrongGrantsLength(uint256 bytesGiven, uint256 bytesNeeded);
    /// @notice The rules give request `at` of the book `due` packets in this slot.
    error FalseGrant(uint256 at, uint256 proposed, uint256 due);

    /// @notice The commons was started, with this as its next slot.
    event CommonsStarted(uint32 indexed slot, Terms terms, uint256 rules);
    /// @notice A message was refused by the firewall.
    event MessageRefused(uint16 indexed member, uint256 row, Firewall reason);
    /// @notice A request, or a word on an open one, was refused by the firewall.
    event RequestRefused(uint16 indexed member, uint8 client, Firewall reason);
    /// @notice A request was not admitted. Accepted in its place: `packets` in the same window, or all of it with
    /// `deadline`; 0 for no such offer.
    event RequestRejected(uint16 indexed member, uint8 client, Rejection reason, uint16 packets, uint32 deadline);
    /// @notice Requests were admitted while `slot` is the next one: a page of the book, their cells in order.
    event RequestsAccepted(uint32 indexed slot, bytes cells);
    /// @notice All that they were given in the slot before `slot` arrived at these clients: member and bits of its clients,
    /// two bytes each.
    event PacketsArrived(uint32 indexed slot, bytes arrived);
    /// @notice A member said what arrived in part in the slot before `slot`, cried for clients and gave requests up; `clients`
    /// binds the signatures of its clients.
    event Acknowledged(uint16 indexed member, uint32 indexed slot, uint256 signals, bytes32 clients);
    /// @notice A client jumped the queue: the `used`-th emergency of its member this month.
    event EmergencyUsed(uint16 indexed member, uint8 client, uint32 slot, uint8 used);
    /// @notice The server's forecast from `first` on.
    event Forecasted(uint32 indexed first, bytes slots);
    /// @notice The state of the stores was measured.
    event StoresMeasured(Stores stores);
    /// @notice Emergency mode holds in the slots [from, to): only the basic class is served.
    event EmergencyModeDeclared(uint32 from, uint32 to);
    /// @notice The community voted rules that hold from `slot` on.
    event RulesVoted(uint32 indexed slot, uint256 rules);
    /// @notice What arrived in a slot by the word of those who got it: member and packets, two bytes each, in the order of
    /// the book; requests of a member side by side are one entry.
    event PacketsReceived(uint32 indexed slot, bytes receipts);
    /// @notice The seed of the slot will be the hash of the block.
    event SlotClosed(uint32 indexed slot, uint256 seedBlock);
    /// @notice The slot was allocated: who left the book, and the packets of each request that is still in it.
    /// @param closed Cells, each with its ending in the top bits: 0 kept, 1 broken, 2 excused, 3 withdrawn. Not those whose last
    /// packets all arrived: they were kept.
    /// @param grants Two bytes for each open request, in the book's order.
    event SlotAllocated(
        uint32 indexed slot,
        bool emergencyMode,
        uint256 shared,
        uint256 held,
        uint256 atRisk,
        Balance balance,
        bytes closed,
        bytes grants
    );

    /// @notice Reads messages of routers: requests, receipts for the slot allocated last, emergencies, withdrawals.
    /// @dev Open to anyone. A row is a head of eleven bytes, two words of signature (r, vs of EIP-2098; or, with vs 0, r the
    /// index into `signatures`), with bit 64 of the head two words more (signals, clients), and requests of eight bytes. Head:
    /// member (bits 0 .. 15), slot (16 .. 47), part (48 .. 55), number of requests (56 .. 63), clients at which all arrived
    /// (72 .. 87). Signals: packets that arrived in part, 12 bits for each client, urgent clients (bits 192 .. 207), clients
    /// that give up (208 .. 223).
    function post(bytes calldata rows, bytes[] calldata signatures) external;

    /// @notice Replaces the forecast, from the next slot on.
    /// @dev Only the server.
    /// @param slots Ten bytes for each slot: source, baseload, buffer, cache, import.
    function forecast(uint32 first, bytes calldata slots) external;

    /// @notice Replaces the measured state of the stores.
    /// @dev Only the server.
    function setStores(Stores calldata stores) external;

    /// @notice Declares emergency mode for the slots [from, to), or ends it; allocated slots are not touched.
    /// @dev Only the DSO.
    function declareEmergency(uint32 from, uint32 to) external;

    /// @notice Puts rules in force from the first slot that is neither allocated nor closed.
    /// @dev Only the community's governor.
    function setRules(uint256 rules) external;

    /// @notice Closes the next slot: its lots are drawn from a later block. Again if that block's hash was missed.
    function close() external;

    /// @notice Allocates the closed slot by a proposal that is checked rule by rule.
    /// @dev Open to anyone.
    function allocate(Proposal calldata proposal) external;

    /// @notice The next slot to be allocated, when it was closed (block number, 0 if it is not), and open requests.
    function clock() external view returns (uint32 next, uint40 closedAt, uint16 live);

    /// @notice The seed of the closed slot, 0 if it can't be had.
    function seed() external view returns (bytes32);

    /// @notice What binds the book.
    function bound() external view returns (bytes32);

    /// @notice The number of a slot in the top 32 bits, and 224 bits of the hash of its receipts as `PacketsReceived` has
    /// them; 0 where nothing arrived, or the slot is not among the last 8,192.
    function receivedIn(uint32 slot) external view returns (bytes32);

    /// @notice Length of a slot, seconds.
    function slotSeconds() external view returns (uint256);

    /// @notice The rules in force, and those that follow after the closed slot (0 if none).
    function rules() external view returns (uint256 current, uint256 upcoming);

    /// @notice The state of the stores.
    function stores() external view returns (Stores memory);

    /// @notice Packets by slot, in a ring of 128 slots, sixteen to a word: what the forecast carries, what is planned, and
    /// the latest service of all.
    function plan()
        external
        view
        returns (uint256[8] memory carried, uint256[8] memory planned, uint256[8] memory latest);

    /// @notice What is kept of a member: last message (slot x 4 + part), open clients, packets per slot that they ask for,
    /// emergencies used in `month` (modulo 2^13), rejections of each client (2 bits).
    function stateOf(
        uint16 member
    ) external view returns (uint64 last, uint16 open, uint16 power, uint8 used, uint16 month, uint32 rejections);
}
