// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";

/// @title Puppet
/// @notice An account that calls what its maker says.
contract Puppet {
    address private immutable _maker = msg.sender;

    error NotTheMaker(address caller);

    /// @notice Calls `to` with `data`; hands on what it answers, or reverts.
    function act(address to, bytes calldata data) external returns (bool passed, bytes memory answer) {
        if (msg.sender != _maker) revert NotTheMaker(msg.sender);
        // solhint-disable-next-line avoid-low-level-calls
        (passed, answer) = to.call(data);
    }
}

/// @title HouseExplorer
/// @notice Plays everybody around a clearing house with two members: goes a path of calls from the state the chain is in, and
/// says what each of many calls would do from there. For `eth_call`.
contract HouseExplorer {
    /// @notice One call of an account of `puppets`.
    struct Call {
        uint256 puppet;
        address to;
        bytes data;
    }

    /// @notice What was tried: whether all calls passed, the first word of the last answer, the money after them.
    error Tried(bool passed, uint256 answer, uint256[15] money);
    /// @notice A call of the path was refused.
    error PathRefused(uint256 index);
    error OnlyFromItself();

    Puppet[] public puppets;
    IClearingHouse public house;
    IERC20 private _token;
    /// @dev Number of the puppet that is the market.
    uint256 private _market;

    constructor(uint256 count) {
        for (uint256 i; i < count; ++i) puppets.push(new Puppet());
    }

    /// @notice Sets what is explored.
    function enter(IClearingHouse house_, IERC20 token, uint256 market) external {
        (house, _token, _market) = (house_, token, market);
    }

    /// @notice Makes one call that stays.
    function perform(Call calldata call_) external {
        (bool passed, ) = _act(call_);
        if (!passed) revert PathRefused(0);
    }

    /// @notice Goes a path of calls, then tries others from there; paths and tries are encoded `Call[]`.
    /// @return words The money after the path, then for each try: whether all its calls passed, the first word of the last
    /// answer, the money after it. Flat, since callers decode thousands.
    function explore(bytes calldata path, bytes[] calldata tries) external returns (uint256[] memory words) {
        Call[] memory calls = abi.decode(path, (Call[]));
        for (uint256 i; i < calls.length; ++i) {
            (bool passed, ) = _act(calls[i]);
            if (!passed) revert PathRefused(i);
        }
        words = new uint256[](15 + 17 * tries.length);
        uint256[15] memory start = money();
        for (uint256 i; i < 15; ++i) words[i] = start[i];
        for (uint256 i; i < tries.length; ++i) {
            try this.attempt(tries[i]) {} catch (bytes memory reason) {
                for (uint256 k; k < 17; ++k) words[15 + 17 * i + k] = _wordOf(reason, k);
            }
        }
    }

    /// @notice Makes calls in a row, then takes all back by reverting with what came of them.
    function attempt(bytes calldata encoded) external {
        if (msg.sender != address(this)) revert OnlyFromItself();
        Call[] memory calls = abi.decode(encoded, (Call[]));
        uint256 first;
        uint256[15] memory nothing;
        for (uint256 i; i < calls.length; ++i) {
            (bool passed, bytes memory answer) = _act(calls[i]);
            if (!passed) revert Tried(false, 0, nothing);
            if (answer.length >= 32) first = abi.decode(answer, (uint256));
        }
        revert Tried(true, first, money());
    }

    /// @notice Tokens held; the supplier's balance, what it owes; the fund; bonds; per member balance, locked, debt, owed, and
    /// why it may not lock nothing.
    function money() public returns (uint256[15] memory m) {
        m[0] = _token.balanceOf(address(house));
        (m[1], m[2]) = house.supplierAccount();
        (m[3], m[4]) = (house.fundBalance(), house.bondBalance());
        for (uint16 i; i < 2; ++i) {
            (m[5 + 5 * i], m[6 + 5 * i]) = house.accountOf(i + 1);
            (m[7 + 5 * i], m[8 + 5 * i]) = (house.debtOf(i + 1), house.owedTo(i + 1));
            m[9 + 5 * i] = _refusalOf(i + 1);
        }
    }

    /// @dev The house says whether it takes a member to be in debt only in its answer to the market.
    function _refusalOf(uint16 member) private returns (uint256) {
        bytes memory data = abi.encodeCall(IClearingHouse.lock, (member, 0));
        (, bytes memory answer) = puppets[_market].act(address(house), data);
        return abi.decode(answer, (uint256));
    }

    function _act(Call memory call_) private returns (bool, bytes memory) {
        return puppets[call_.puppet].act(call_.to, call_.data);
    }

    /// @dev Word `k` of what a revert says, after its selector.
    function _wordOf(bytes memory reason, uint256 k) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(reason, 0x24), mul(k, 0x20)))
        }
    }
}
