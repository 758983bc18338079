// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnergyMarket} from "./IEnergyMarket.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";
import {ITariff} from "./ITariff.sol";

/// @title IFederation
/// @notice Communities trade what their own sessions left over: the registry of a market whose members are the seats of
/// the communities' members, and the only one that posts profiles for them.
/// @dev To market, oracle, ecoins, clearing house and fund it answers as an `IMemberRegistry` does: `count`, `record`,
/// `accountOf`, `capacityOf`, `meterOf`, `memberOf`. A member of the federation's market is a seat. Its account, which
/// owns its money and its ecoins, is the account that the member has in its community now; but who signs its profiles,
/// which is what `record` says, is the federation itself (ERC-1271), and it signs nothing but what `offer` worked out.
interface IFederation {
    /// @notice A community and its link to the others.
    /// @param market Its market; `members` and `tariff` are those that the market names.
    /// @param manager Who offers what its sessions left over.
    /// @param firstSeat Seat of its member 1, less 1.
    /// @param seats Members that may take a seat: those numbered up to it.
    /// @param exportLimit Packets a slot that may be offered over its link, at most; `importLimit` packets that may be
    /// asked for.
    struct Community {
        IEnergyMarket market;
        IMemberRegistry members;
        ITariff tariff;
        address manager;
        uint16 firstSeat;
        uint16 seats;
        uint24 exportLimit;
        uint24 importLimit;
    }

    /// @notice A seat as it is kept.
    /// @param community Whose it is, 0 if nobody ever took it.
    /// @param active Whether what the member's sessions leave may be offered.
    /// @param nonce Times that it was taken or given up.
    struct Seat {
        uint8 community;
        bool active;
        uint16 capacity;
        uint32 nonce;
    }

    /// @notice A batch of the community's session, with the profiles to offer in full and all others as marks.
    struct Reading {
        uint16 batch;
        bytes reading;
    }

    /// @notice Packets that each order gives up for the link, per side a lane per slot of the session's words.
    struct Levels {
        uint256[] asks;
        uint256[] bids;
    }

    /// @notice The DSO admitted a community.
    event CommunityAdmitted(
        uint8 indexed community,
        address indexed market,
        uint16 firstSeat,
        uint16 seats,
        uint24 exportLimit,
        uint24 importLimit
    );
    /// @notice The DSO changed what may be offered over a link from now on.
    event LimitsChanged(uint8 indexed community, uint24 exportLimit, uint24 importLimit);
    /// @notice The community's operator appointed its manager.
    event ManagerAppointed(uint8 indexed community, address indexed manager);
    /// @notice A member took its seat, or gave it up.
    event SeatChanged(uint16 indexed seat, uint8 indexed community, uint16 member, bool active);
    /// @notice What the `source` session left over was posted as the batch that the market named last; `rows` as in
    /// `IEnergyMarket.post`, so that a keeper needs no calldata.
    event LeftOverOffered(uint32 indexed session, uint8 indexed community, uint32 source, uint16 batch, bytes rows);

    error UnknownCommunity(uint8 community);
    /// @notice Slots, packets or prices of the community are not those of the federation.
    error OtherTerms(address market);
    error MarketAdmitted(address market, uint8 community);
    error TooManyCommunities(uint256 max);
    error TooManySeats(uint256 asked, uint256 left);
    error LimitOutOfRange(uint256 limit, uint256 max);
    error NotTheOperator(uint8 community, address caller);
    error NotTheManager(uint8 community, address caller);
    error NoSeatFor(uint8 community, uint16 member);
    error SeatUnchanged(uint16 seat, bool active);
    error BadSignature(address account);
    error SeatNotTaken(uint8 community, uint16 member);
    /// @notice The community's session is not about the same slots.
    error OtherSlots(uint32 session, uint32 source);
    /// @notice The community's retail price is above the federation's in a slot of the `word`-th word: a bid might be, too.
    error RetailBelow(uint32 session, uint256 word);
    /// @notice What `source` left over is offered in another session already.
    error OfferedElsewhere(uint8 community, uint32 source, uint32 session);
    /// @notice A level is needed for each word of the session, of at most 11 bits.
    error MalformedLevels();
    /// @notice The link has less room than the asks (or bids) of a slot of the `word`-th word, or a level is higher than need be.
    error WrongLevels(uint256 word, bool asks);
    error NothingLeft(uint8 community, uint32 source);
    error UnknownSeat(uint16 seat);

    /// @notice Lets a community take part; the DSO's call. Warning: the federation believes the market's `outcome` about
    /// the community's own members.
    /// @param seats The most members that it may ever have here.
    function admit(
        IEnergyMarket market,
        IMemberRegistry members,
        ITariff tariff,
        uint16 seats,
        uint24 exportLimit,
        uint24 importLimit
    ) external returns (uint8 community);

    /// @notice Changes what may be offered over a link; the DSO's call. What was offered before stays.
    function setLimits(uint8 community, uint24 exportLimit, uint24 importLimit) external;

    /// @notice Appoints the community's manager; a call of who opens the community's sessions.
    function appoint(uint8 community, address manager) external;

    /// @notice A member takes its seat, and with it agrees that its left-over orders are offered at its own prices; or gives
    /// it up. The member's call, or anyone's with its signature (EIP-712 `Seat(uint8 community,uint16 member,bool
    /// active,uint32 nonce)`).
    function setSeat(
        uint8 community,
        uint16 member,
        bool active,
        bytes calldata signature
    ) external returns (uint16 seat);

    /// @notice Offers what a session of the community left over in a session of the federation; the manager's call.
    /// @param session The federation's session, still taking profiles.
    /// @param source The community's session over the same slots, cleared or void.
    /// @param readings The profiles to offer in full; their members have taken their seats.
    /// @param levels The least losses under which asks and bids of each slot fit in what the link has left.
    function offer(
        uint32 session,
        uint8 community,
        uint32 source,
        Reading[] calldata readings,
        Levels calldata levels
    ) external;

    /// @notice A community; reverts for an unknown one.
    function communityOf(uint8 community) external view returns (Community memory);

    /// @notice Number of communities admitted.
    function communities() external view returns (uint8);

    /// @notice A seat, all zero if nobody ever took it.
    function seatOf(uint16 seat) external view returns (Seat memory);

    /// @notice Packets of asks and of bids that a community offered in a session, a lane per slot of the session's words.
    function offeredBy(
        uint32 session,
        uint8 community
    ) external view returns (uint256[10] memory asks, uint256[10] memory bids);
}
