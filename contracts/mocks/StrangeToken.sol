// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title StrangeToken
/// @notice A token with the bad habits of others: takes a fee, says false, blocks accounts, calls back in a transfer.
contract StrangeToken is ERC20 {
    /// @notice Thousandths of every transfer that vanish.
    uint256 public feePermille;
    /// @notice Whether transfers do nothing and say false.
    bool public fails;
    /// @notice Accounts that can neither send nor receive.
    mapping(address account => bool) public blocked;

    address private _target;
    bytes private _call;
    /// @notice Whether the last call back got through.
    bool public gotThrough;
    /// @notice What the last call back answered.
    bytes public answer;

    error Blocked(address account);

    constructor() ERC20("Strange", "STR") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 permille) external {
        feePermille = permille;
    }

    function setFails(bool yes) external {
        fails = yes;
    }

    function setBlocked(address account, bool yes) external {
        blocked[account] = yes;
    }

    /// @notice Calls `target` with `data` in every transfer from now on.
    function setCall(address target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !fails && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !fails && super.transferFrom(from, to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        uint256 fee = from == address(0) || to == address(0) ? 0 : (amount * feePermille) / 1000;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
        // solhint-disable-next-line avoid-low-level-calls
        if (_target != address(0)) (gotThrough, answer) = _target.call(_call);
    }
}
