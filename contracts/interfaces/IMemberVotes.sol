// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IMemberVotes
/// @notice One vote for each active member of the registry, kept by time, so that a ballot counts who was there when it
/// began. A vote can be neither sold, lent nor delegated.
/// @dev Votes follow the registry once someone says which members changed: `sync` is open to anyone. A member's account
/// has its vote; with the account the vote moves.
interface IMemberVotes {
    /// @notice A vote belongs to its member alone.
    error VoteNotTransferable();

    /// @notice The vote of a member moved with its account; from or to zero where it joined or left.
    event VoteMoved(uint16 indexed member, address indexed from, address indexed to);

    /// @notice Lets the votes of these members follow the registry.
    function sync(uint16[] calldata members) external;

    /// @notice The account that has a member's vote; zero if none has.
    function holderOf(uint16 member) external view returns (address);

    /// @notice How many votes there are, and how many active members: equal once all was said to `sync`.
    function counts() external view returns (uint256 votes, uint256 active);

    /// @notice Whether the account is that of an active member at this moment.
    function isMember(address account) external view returns (bool);
}
