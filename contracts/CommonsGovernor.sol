// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MemberVotes} from "./MemberVotes.sol";

/// @title CommonsGovernor
/// @notice How a community decides its rules together: OpenZeppelin's Governor with one vote a member, a quorum, and a
/// delay between the decision and its execution.
/// @dev The timelock holds the governor's role of the commons; what can be voted is bounded there (`CommonsRules`). The
/// terms are fixed for good: no vote makes the next one easier.
contract CommonsGovernor is Governor, GovernorCountingSimple, GovernorVotes, GovernorTimelockControl {
    /// @notice Fixed at deployment.
    /// @param votingDelay Seconds between a proposal and the start of its ballot; who is a member then may vote.
    /// @param votingPeriod Seconds that a ballot lasts.
    /// @param quorumPermille Share of the members whose votes for, or abstentions, make a ballot count.
    struct Ballot {
        uint32 votingDelay;
        uint32 votingPeriod;
        uint16 quorumPermille;
    }

    /// @notice A ballot begins at least a second and at most 30 days after its proposal, lasts from an hour to 30 days, and
    /// has a quorum of 1 .. 1000 permille.
    error BallotOutOfRange(Ballot ballot);
    /// @notice The electoral roll is not what the registry says: `MemberVotes.sync` first.
    error RollBehind(uint256 votes, uint256 active);

    /// @notice The electoral roll.
    MemberVotes public immutable roll;

    uint256 private immutable _delay;
    uint256 private immutable _period;
    uint256 private immutable _permille;

    constructor(
        MemberVotes roll_,
        TimelockController timelock_,
        Ballot memory ballot
    ) Governor("Commonwatt CommonsGovernor") GovernorVotes(IVotes(address(roll_))) GovernorTimelockControl(timelock_) {
        bool fits = ballot.votingDelay != 0 && ballot.votingDelay <= 30 days;
        fits = fits && ballot.votingPeriod >= 1 hours && ballot.votingPeriod <= 30 days;
        if (!fits || ballot.quorumPermille == 0 || ballot.quorumPermille > 1000) revert BallotOutOfRange(ballot);
        roll = roll_;
        (_delay, _period, _permille) = (ballot.votingDelay, ballot.votingPeriod, ballot.quorumPermille);
    }

    /// @inheritdoc Governor
    /// @dev Only members propose, and only while the roll is complete: else few could decide for those not yet on it.
    function propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description
    ) public override returns (uint256) {
        (uint256 votes, uint256 active) = roll.counts();
        if (votes != active) revert RollBehind(votes, active);
        return super.propose(targets, values, calldatas, description);
    }

    /// @notice Seconds between a proposal and the start of its ballot.
    function votingDelay() public view override returns (uint256) {
        return _delay;
    }

    /// @notice Seconds that a ballot lasts.
    function votingPeriod() public view override returns (uint256) {
        return _period;
    }

    /// @notice Any member may propose, nobody else.
    function proposalThreshold() public pure override returns (uint256) {
        return 1;
    }

    /// @notice Votes for, and abstentions, that make a ballot count: a share of those on the roll at `timepoint`, rounded up.
    function quorum(uint256 timepoint) public view override returns (uint256) {
        return Math.ceilDiv(token().getPastTotalSupply(timepoint) * _permille, 1000);
    }

    /// @dev Who left since has no vote any more, whatever the roll still says.
    function _getVotes(
        address account,
        uint256 timepoint,
        bytes memory params
    ) internal view override(Governor, GovernorVotes) returns (uint256) {
        return roll.isMember(account) ? super._getVotes(account, timepoint, params) : 0;
    }

    // ------------------------------------------- where two parents say how it is

    /// @inheritdoc Governor
    function state(uint256 id) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(id);
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(uint256 id) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function _queueOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(id, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(id, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
