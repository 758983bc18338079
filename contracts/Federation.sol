// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IEnergyMarket} from "./interfaces/IEnergyMarket.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {Admission} from "./libraries/Admission.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {LeftOver} from "./libraries/LeftOver.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Slot} from "./types/Slot.sol";

/// @title Federation
/// @notice Offers what the sessions of communities left over in one more session, of a market that is theirs together.
/// It reads each left-over order from the community's own market, at the member's own price, and lets no more of them
/// through than the community's link carries; what happens to them then is the market's.
contract Federation is IFederation, IERC1271, AccessControl, EIP712 {
    using LeftOver for LeftOver.Tally;

    /// @notice Admits communities and sets the limits of their links.
    bytes32 public constant DSO_ROLE = keccak256("DSO_ROLE");
    /// @notice Communities, at most: `memberOf` asks each.
    uint256 public constant MAX_COMMUNITIES = 32;
    /// @notice Seats of all communities, at most: members that a market can have.
    uint256 public constant MAX_SEATS = 8192;
    /// @notice The highest limit of a link, packets per slot.
    uint256 public constant MAX_LIMIT = (1 << 23) - 1;

    /// @dev Who opens a community's sessions.
    bytes32 private constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    bytes32 private constant SEAT_TYPEHASH = keccak256("Seat(uint8 community,uint16 member,bool active,uint32 nonce)");

    /// @dev One call of `offer`: which session of whom goes where.
    struct Run {
        uint32 session;
        uint8 community;
        uint32 source;
        uint256 words;
        uint256 firstSeat;
        IEnergyMarket from;
        LeftOver.Tally tally;
        Levels levels;
    }

    /// @dev Where the reading of a batch, its fills and the rows made of it are read and written next, in words.
    struct Cursor {
        uint256 at;
        uint256 fill;
        uint256 to;
        uint256[] rows;
    }

    /// @notice The market of the federation.
    IEnergyMarket public immutable market;
    /// @notice Its tariff.
    ITariff public immutable tariff;

    /// @notice Seats of all communities, taken or not: the highest member id of the market.
    uint16 public count;

    Community[] private _communities;
    mapping(uint16 seat => Seat) private _seats;
    /// @dev Packets offered, by session x 256 + community: ten words of asks, ten of bids.
    mapping(uint256 => uint256[20]) private _offered;
    /// @dev The session in which a community's own session is offered, by community x 2^32 + own session.
    mapping(uint256 => uint32) private _offeredIn;
    /// @dev Whether the market is being given what `offer` worked out.
    bool private transient _offering;

    /// @param admin Grants the roles.
    /// @param dso Admits communities.
    constructor(
        address admin,
        address dso,
        IEnergyMarket market_,
        ITariff tariff_
    ) EIP712("Commonwatt Federation", "1") {
        market = market_;
        tariff = tariff_;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(DSO_ROLE, dso);
    }

    // ------------------------------------------------------------ communities

    /// @inheritdoc IFederation
    function admit(
        IEnergyMarket market_,
        IMemberRegistry members,
        ITariff tariff_,
        uint16 seats,
        uint24 exportLimit,
        uint24 importLimit
    ) external onlyRole(DSO_ROLE) returns (uint8 community) {
        if (_communities.length == MAX_COMMUNITIES) revert TooManyCommunities(MAX_COMMUNITIES);
        if (seats == 0 || seats > MAX_SEATS - count) revert TooManySeats(seats, MAX_SEATS - count);
        _requireLimits(exportLimit, importLimit);
        _requireTerms(market_, tariff_);
        _communities.push(Community(market_, members, tariff_, address(0), count, seats, exportLimit, importLimit));
        community = uint8(_communities.length);
        emit CommunityAdmitted(community, address(market_), count, seats, exportLimit, importLimit);
        count += seats;
    }

    /// @inheritdoc IFederation
    function setLimits(uint8 community, uint24 exportLimit, uint24 importLimit) external onlyRole(DSO_ROLE) {
        Community storage c = _known(community);
        _requireLimits(exportLimit, importLimit);
        (c.exportLimit, c.importLimit) = (exportLimit, importLimit);
        emit LimitsChanged(community, exportLimit, importLimit);
    }

    /// @inheritdoc IFederation
    function appoint(uint8 community, address manager) external {
        Community storage c = _known(community);
        if (!IAccessControl(address(c.market)).hasRole(OPERATOR_ROLE, msg.sender)) {
            revert NotTheOperator(community, msg.sender);
        }
        c.manager = manager;
        emit ManagerAppointed(community, manager);
    }

    function _requireLimits(uint256 exportLimit, uint256 importLimit) private pure {
        if (exportLimit > MAX_LIMIT) revert LimitOutOfRange(exportLimit, MAX_LIMIT);
        if (importLimit > MAX_LIMIT) revert LimitOutOfRange(importLimit, MAX_LIMIT);
    }

    /// @dev An order of the community must say the same here, and no market be admitted twice.
    function _requireTerms(IEnergyMarket market_, ITariff tariff_) private view {
        for (uint256 i; i < _communities.length; ++i) {
            if (address(_communities[i].market) == address(market_))
                revert MarketAdmitted(address(market_), uint8(i + 1));
        }
        (int256 floor, uint256 tick) = tariff_.scale();
        (int256 ownFloor, uint256 ownTick) = tariff.scale();
        bool same = floor == ownFloor && tick == ownTick;
        same = same && tariff_.slotSeconds() == tariff.slotSeconds() && tariff_.packetWh() == tariff.packetWh();
        if (!same || address(market_) == address(market)) revert OtherTerms(address(market_));
    }

    // ------------------------------------------------------------------ seats

    /// @inheritdoc IFederation
    function setSeat(
        uint8 community,
        uint16 member,
        bool active,
        bytes calldata signature
    ) external returns (uint16 seat) {
        Community storage c = _known(community);
        if (member == 0 || member > c.seats) revert NoSeatFor(community, member);
        seat = c.firstSeat + member;
        Seat memory s = _seats[seat];
        if (s.active == active) revert SeatUnchanged(seat, active);
        address account = c.members.accountOf(member);
        if (msg.sender != account) {
            bytes32 said = keccak256(abi.encode(SEAT_TYPEHASH, community, member, active, s.nonce));
            if (!Signatures.isValid(account, _hashTypedDataV4(said), signature)) revert BadSignature(account);
        }
        _seats[seat] = Seat(community, active, c.members.capacityOf(member), s.nonce + 1);
        emit SeatChanged(seat, community, member, active);
    }

    // ------------------------------------------------------------------ offer

    /// @inheritdoc IFederation
    function offer(
        uint32 session,
        uint8 community,
        uint32 source,
        Reading[] calldata readings,
        Levels calldata levels
    ) external {
        Community storage c = _known(community);
        if (msg.sender != c.manager) revert NotTheManager(community, msg.sender);
        Run memory run;
        (run.session, run.community, run.source) = (session, community, source);
        (run.from, run.firstSeat) = (c.market, c.firstSeat);
        run.words = _sameSlots(session, source, c);
        run.tally = LeftOver.tallyOf(run.words);
        _bind(run);
        bool malformed = !LeftOver.areLevels(levels.asks, run.words) || !LeftOver.areLevels(levels.bids, run.words);
        if (malformed) revert MalformedLevels();
        run.levels = levels;
        bytes[] memory rows = new bytes[](readings.length);
        for (uint256 i; i < readings.length; ++i) rows[i] = _rowsOf(run, readings[i]);
        _spend(run, c);
        _post(run, rows);
    }

    /// @dev What a session left over goes to one session of the federation and no other.
    function _bind(Run memory run) private {
        uint256 key = (uint256(run.community) << 32) | run.source;
        uint32 known = _offeredIn[key];
        if (known == run.session) return;
        if (known != 0) revert OfferedElsewhere(run.community, run.source, known);
        _offeredIn[key] = run.session;
    }

    /// @dev Words of both sessions; their slots must be the same, and the community's retail price not above ours.
    function _sameSlots(uint32 session, uint32 source, Community storage c) private view returns (uint256 words) {
        IEnergyMarket.Session memory here = market.sessionOf(session);
        IEnergyMarket.Session memory there = c.market.sessionOf(source);
        (Slot first, ) = tariff.dayOf(here.day);
        (Slot firstThere, ) = c.tariff.dayOf(there.day);
        bool same = Slot.unwrap(first) == Slot.unwrap(firstThere);
        if (!same || here.first != there.first || here.count != there.count) revert OtherSlots(session, source);
        words = Admission.wordsOf(here);
        uint256[] memory prices = tariff.prices(here.day);
        uint256[] memory pricesThere = c.tariff.prices(there.day);
        uint256 firstWord = here.first / Lanes.COUNT;
        for (uint256 w = firstWord; w < firstWord + words; ++w) {
            uint256 above = Lanes.above((pricesThere[w] >> 12) & Lanes.LOW12, (prices[w] >> 12) & Lanes.LOW12);
            if (above != 0) revert RetailBelow(session, w);
        }
    }

    /// @dev The profiles in full of a batch as rows for the market: what their orders left over, less the levels.
    function _rowsOf(Run memory run, Reading calldata r) private view returns (bytes memory) {
        IEnergyMarket.Outcome memory o = run.from.outcome(run.source, r.batch, r.reading);
        uint256[] memory rows = new uint256[]((r.reading.length / (32 * (run.words + 1))) * (run.words + 3));
        Cursor memory c = Cursor(1, 0, 0, rows);
        for (uint256 full = o.full; full != 0; full >>= 1) {
            if (full & 1 == 1) _addRow(run, c, r.reading, o);
            else ++c.at;
        }
        uint256 length = c.to;
        assembly ("memory-safe") {
            mstore(rows, length)
        }
        return abi.encodePacked(rows);
    }

    /// @dev One profile: its row, r and vs 0, if anything of it is offered.
    function _addRow(
        Run memory run,
        Cursor memory c,
        bytes calldata reading,
        IEnergyMarket.Outcome memory o
    ) private view {
        uint256 seat = _requireSeat(run, uint16(_word(reading, c.at++)));
        (bool any, bool asks) = (false, false);
        for (uint256 w; w < run.words; ++w) {
            uint256 orders = _word(reading, c.at++);
            if ((o.tradedWords >> w) & 1 == 1) orders = LeftOver.rest(orders, _fill(o.fills, c.fill++));
            orders = run.tally.add(w, orders, run.levels.asks[w], run.levels.bids[w]);
            c.rows[c.to + 3 + w] = orders;
            (any, asks) = (any || orders != 0, asks || orders & Lanes.GUARD != 0);
        }
        if (!any) return;
        c.rows[c.to] = seat | (1 << 16) | (asks ? 1 << 24 : 0);
        c.to += run.words + 3;
    }

    function _requireSeat(Run memory run, uint16 member) private view returns (uint256 seat) {
        seat = run.firstSeat + member;
        Seat storage s = _seats[uint16(seat)];
        if (!s.active || s.community != run.community) revert SeatNotTaken(run.community, member);
    }

    /// @dev Takes what is offered from the room of the link.
    function _spend(Run memory run, Community storage c) private {
        uint256[20] storage offered = _offered[_offeredKey(run.session, run.community)];
        _spendSide(offered, 0, run.tally.asks, run.tally.askers, run.levels.asks, c.exportLimit);
        _spendSide(offered, 10, run.tally.bids, run.tally.bidders, run.levels.bids, c.importLimit);
    }

    function _spendSide(
        uint256[20] storage offered,
        uint256 first,
        uint256[] memory packets,
        uint256[] memory touched,
        uint256[] memory levels,
        uint256 limit
    ) private {
        for (uint256 w; w < packets.length; ++w) {
            uint256 before = offered[first + w];
            uint256 room = Lanes.minusFloor(Lanes.spread(limit), before);
            if (!LeftOver.isLeast(packets[w], touched[w], room, levels[w])) revert WrongLevels(w, first == 0);
            if (packets[w] != 0) offered[first + w] = before + packets[w];
        }
    }

    /// @dev Posts the rows, batch by batch; the market asks `isValidSignature` of each profile.
    function _post(Run memory run, bytes[] memory rows) private {
        bytes[] memory signatures = new bytes[](1);
        bool any;
        _offering = true;
        for (uint256 i; i < rows.length; ++i) {
            if (rows[i].length == 0) continue;
            any = true;
            market.post(run.session, rows[i], signatures);
            uint16 batch = market.sessionOf(run.session).batches - 1;
            emit LeftOverOffered(run.session, run.community, run.source, batch, rows[i]);
        }
        _offering = false;
        if (!any) revert NothingLeft(run.community, run.source);
    }

    /// @inheritdoc IERC1271
    /// @dev True only for the market, and only while `offer` posts: so no profile counts that `offer` did not work out.
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return _offering && msg.sender == address(market) ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @dev Word `i` of a reading.
    function _word(bytes calldata reading, uint256 i) private pure returns (uint256) {
        return uint256(bytes32(reading[32 * i:32 * i + 32]));
    }

    /// @dev Word `i` of the fills.
    function _fill(bytes memory fills, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(fills, 0x20), mul(i, 0x20)))
        }
    }

    // --------------------------------------------------- answers as a registry

    /// @notice Who signs a seat's profiles, which is this contract, its connection's packets per slot, and whether it is
    /// taken.
    function record(uint16 seat) external view returns (address account, uint16 capacity, bool active) {
        Seat storage s = _seats[seat];
        return s.active ? (address(this), s.capacity, true) : (address(0), s.capacity, false);
    }

    /// @notice The highest seat, and the parts of a shared surplus: one for each seat, taken or not.
    function counts() external view returns (uint16, uint16) {
        return (count, count);
    }

    /// @notice Whether a seat is taken; of every kind of member, as its community attested it.
    function standingOf(uint16 seat) external view returns (IMemberRegistry.Status status, IMemberRegistry.Kind kind) {
        (Community storage c, uint16 member) = _behind(seat);
        (, kind) = c.members.standingOf(member);
        status = _seats[seat].active ? IMemberRegistry.Status.Active : IMemberRegistry.Status.Left;
    }

    /// @notice The account that owns a seat's money: the member's in its community. Reverts for a seat that nobody took.
    function accountOf(uint16 seat) external view returns (address) {
        (Community storage c, uint16 member) = _behind(seat);
        return c.members.accountOf(member);
    }

    /// @notice The connection of a seat, packets per slot.
    function capacityOf(uint16 seat) external view returns (uint16) {
        _behind(seat);
        return _seats[seat].capacity;
    }

    /// @notice The commitment to a seat's meter: the member's in its community.
    function meterOf(uint16 seat) external view returns (bytes32) {
        (Community storage c, uint16 member) = _behind(seat);
        return c.members.meterOf(member);
    }

    /// @notice The seat that an account took, 0 if none: the first, where it is a member of several communities.
    function memberOf(address account) public view returns (uint16) {
        for (uint256 i; i < _communities.length; ++i) {
            Community storage c = _communities[i];
            uint16 member = c.members.memberOf(account);
            if (member == 0 || member > c.seats) continue;
            if (_seats[c.firstSeat + member].community != 0) return c.firstSeat + member;
        }
        return 0;
    }

    /// @notice As `memberOf`: whom an account once was is its community's to tell.
    function everOf(address account) external view returns (uint16) {
        return memberOf(account);
    }

    function _behind(uint16 seat) private view returns (Community storage c, uint16 member) {
        uint8 community = _seats[seat].community;
        if (community == 0) revert UnknownSeat(seat);
        c = _communities[community - 1];
        member = seat - c.firstSeat;
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IFederation
    function communityOf(uint8 community) external view returns (Community memory) {
        return _known(community);
    }

    /// @inheritdoc IFederation
    function communities() external view returns (uint8) {
        return uint8(_communities.length);
    }

    /// @inheritdoc IFederation
    function seatOf(uint16 seat) external view returns (Seat memory) {
        return _seats[seat];
    }

    /// @inheritdoc IFederation
    function offeredBy(
        uint32 session,
        uint8 community
    ) external view returns (uint256[10] memory asks, uint256[10] memory bids) {
        uint256[20] storage offered = _offered[_offeredKey(session, community)];
        for (uint256 w; w < 10; ++w) (asks[w], bids[w]) = (offered[w], offered[10 + w]);
    }

    function _offeredKey(uint32 session, uint8 community) private pure returns (uint256) {
        return (uint256(session) << 8) | community;
    }

    function _known(uint8 community) private view returns (Community storage) {
        if (community == 0 || community > _communities.length) revert UnknownCommunity(community);
        return _communities[community - 1];
    }
}
