// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IMemberVotes} from "./interfaces/IMemberVotes.sol";

/// @title MemberVotes
/// @notice The electoral roll of a community: OpenZeppelin's checkpointed votes over the member registry.
contract MemberVotes is IMemberVotes, Votes {
    /// @notice Who is a member.
    IMemberRegistry public immutable members;

    /// @inheritdoc IMemberVotes
    mapping(uint16 member => address) public holderOf;

    constructor(IMemberRegistry members_) EIP712("Commonwatt MemberVotes", "1") {
        members = members_;
    }

    /// @inheritdoc IMemberVotes
    function sync(uint16[] calldata ids) external {
        for (uint256 i; i < ids.length; ++i) {
            uint16 member = ids[i];
            (address account, , bool active) = members.record(member);
            address due = active ? account : address(0);
            address held = holderOf[member];
            if (due == held) continue;
            holderOf[member] = due;
            _transferVotingUnits(held, due, 1);
            emit VoteMoved(member, held, due);
        }
    }

    /// @inheritdoc IMemberVotes
    function counts() external view returns (uint256 votes, uint256 active) {
        (, active) = members.counts();
        votes = _getTotalSupply();
    }

    /// @inheritdoc IMemberVotes
    function isMember(address account) public view returns (bool active) {
        uint16 member = members.memberOf(account);
        if (member != 0) (, , active) = members.record(member);
    }

    /// @notice Seconds since 1970, not block numbers.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice As ERC-6372 names it.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice Everyone votes for itself.
    function delegates(address account) public pure override returns (address) {
        return account;
    }

    /// @dev Also by signature.
    function _delegate(address, address) internal pure override {
        revert VoteNotTransferable();
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return getVotes(account);
    }
}
