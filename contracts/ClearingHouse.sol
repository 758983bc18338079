// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Refusal} from "./types/Refusal.sol";

/// @title ClearingHouse
/// @notice Holds all money of a community: locks it for profiles, pays trades and deviations by proof of flow.
/// @dev No condition of a withdrawal depends on another member. Balances belong to the member id.
contract ClearingHouse is IClearingHouse, AccessControl, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using Accounts for uint256;

    /// @notice Who withdraws the supplier's money.
    bytes32 public constant SUPPLIER_ROLE = keccak256("SUPPLIER_ROLE");

    IERC20 public immutable token;
    IMemberRegistry public immutable members;
    /// @notice The only one to lock.
    address public immutable market;
    /// @notice The only one to pay and to reduce locks.
    address public immutable dayBook;
    /// @notice The only one to pay from the fund.
    address public immutable fund;
    /// @notice The only one to take and give back bonds.
    address public immutable arbitration;

    /// @notice Accounts by member id, one word each (`Accounts`).
    uint256[8193] private _accounts;
    uint256 private _supplierBalance;
    uint256 private _supplierOwes;
    uint256 private _fundBalance;
    uint256 private _bonds;
    mapping(uint16 => uint256) private _debts;
    mapping(uint16 => uint256) private _owed;

    modifier onlyMarket() {
        if (msg.sender != market) revert NotTheMarket(msg.sender);
        _;
    }

    modifier onlyDayBook() {
        if (msg.sender != dayBook) revert NotTheDayBook(msg.sender);
        _;
    }

    modifier onlyArbitration() {
        if (msg.sender != arbitration) revert NotTheArbitration(msg.sender);
        _;
    }

    constructor(
        address supplier,
        IERC20 token_,
        IMemberRegistry members_,
        address market_,
        address dayBook_,
        address fund_,
        address arbitration_
    ) {
        token = token_;
        members = members_;
        market = market_;
        dayBook = dayBook_;
        fund = fund_;
        arbitration = arbitration_;
        _grantRole(DEFAULT_ADMIN_ROLE, supplier);
        _grantRole(SUPPLIER_ROLE, supplier);
    }

    // ---------------------------------------------------- deposits, withdrawals

    /// @inheritdoc IClearingHouse
    function deposit(uint16 member, uint256 amount) public nonReentrant {
        if (members.accountOf(member) == address(0)) revert UnknownMember(member);
        amount = _pull(msg.sender, amount);
        _credit(member, amount);
        emit Deposited(member, msg.sender, amount);
    }

    /// @inheritdoc IClearingHouse
    function depositWithPermit(
        uint16 member,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        // Whoever saw the permit may have used it already; the allowance is what counts.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        deposit(member, amount);
    }

    /// @inheritdoc IClearingHouse
    function withdraw(uint16 member, address to, uint256 amount) external nonReentrant {
        if (msg.sender != members.accountOf(member)) revert NotTheMember(member, msg.sender);
        uint256 account = _accounts[member];
        uint256 free = account.free();
        if (amount > free || (account.inDebt() && amount != 0)) revert InsufficientFree(member, free, amount);
        _accounts[member] = account.plus(-int256(amount));
        emit Withdrawn(member, to, amount);
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc IClearingHouse
    function depositForSupplier(uint256 amount) external nonReentrant {
        amount = _pull(msg.sender, amount);
        _supplierBalance += amount;
        emit SupplierDeposited(msg.sender, amount);
    }

    /// @inheritdoc IClearingHouse
    function withdrawForSupplier(address to, uint256 amount) external nonReentrant onlyRole(SUPPLIER_ROLE) {
        uint256 free = _supplierBalance > _supplierOwes ? _supplierBalance - _supplierOwes : 0;
        if (amount > free) revert InsufficientSupplier(free, amount);
        _supplierBalance -= amount;
        emit SupplierWithdrawn(to, amount);
        token.safeTransfer(to, amount);
    }

    /// @dev What really arrived of `amount` tokens of `from`: the caller, or who called the arbitration.
    function _pull(address from, uint256 amount) private returns (uint256 received) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        received = token.balanceOf(address(this)) - before;
        if (received == 0) revert NothingReceived();
        if (received >= 1 << 96) revert AmountTooLarge(received);
    }

    /// @dev Adds to the member's balance; what it owes the supplier is paid first.
    function _credit(uint16 member, uint256 amount) private {
        _accounts[member] = _accounts[member].plus(int256(amount));
        _payDebt(member);
    }

    /// @dev Pays the member's debt from what is free.
    function _payDebt(uint16 member) private {
        uint256 account = _accounts[member];
        if (!account.inDebt()) return;
        uint256 debt = _debts[member];
        uint256 paid = account.free() < debt ? account.free() : debt;
        if (paid == 0) return;
        _debts[member] = debt - paid;
        _accounts[member] = account.plus(-int256(paid)).withDebt(paid != debt);
        _supplierBalance += paid;
        emit DebtPaid(member, paid);
    }

    /// @inheritdoc IClearingHouse
    function collect(uint16 member) external {
        uint256 owed = _owed[member];
        uint256 paid = owed < _supplierBalance ? owed : _supplierBalance;
        if (paid == 0) return;
        _owed[member] = owed - paid;
        (_supplierOwes, _supplierBalance) = (_supplierOwes - paid, _supplierBalance - paid);
        emit SupplierPaid(member, paid);
        _credit(member, paid);
    }

    /// @inheritdoc IClearingHouse
    function payFromFund(uint16 member, address to, uint256 amount) external nonReentrant {
        if (msg.sender != fund) revert NotTheFund(msg.sender);
        if (amount > _fundBalance) revert InsufficientFund(_fundBalance, amount);
        _fundBalance -= amount;
        emit FundPaid(to, member, amount);
        if (member != 0) _credit(member, amount);
        else token.safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------- bonds

    /// @inheritdoc IClearingHouse
    function takeBond(address from, uint256 amount) external nonReentrant onlyArbitration returns (uint256 bond) {
        bond = _pull(from, amount);
        _bonds += bond;
        emit BondTaken(from, bond);
    }

    /// @inheritdoc IClearingHouse
    function returnBond(uint16 member, uint256 bond) external onlyArbitration {
        _bonds -= bond;
        emit BondReturned(member, bond);
        _credit(member, bond);
    }

    /// @inheritdoc IClearingHouse
    function forfeitBond(uint256 bond) external onlyArbitration {
        _bonds -= bond;
        _supplierBalance += bond;
        emit BondForfeited(bond);
    }

    // ------------------------------------------------------------------- locks

    /// @inheritdoc IClearingHouse
    function lock(uint16 member, uint256 amount) external onlyMarket returns (Refusal) {
        uint256 account = _accounts[member];
        if (account.inDebt()) return Refusal.InDebt;
        if (amount > account.free()) return Refusal.NoFunds;
        if (amount != 0) _accounts[member] = account.plusLocked(int256(amount));
        return Refusal.None;
    }

    /// @inheritdoc IClearingHouse
    function unlock(uint16 member, uint256 amount) external onlyMarket {
        _accounts[member] = _accounts[member].plusLocked(-int256(amount));
    }

    /// @inheritdoc IClearingHouse
    function relock(uint16 member, uint256 freed, uint256 amount) external onlyMarket returns (Refusal) {
        uint256 account = _accounts[member];
        if (account.inDebt() && amount > freed) return Refusal.InDebt;
        if (amount > account.free() + freed) return Refusal.NoFunds;
        _accounts[member] = account.plusLocked(int256(amount) - int256(freed));
        emit LockChanged(member, freed, amount);
        _payDebt(member);
        return Refusal.None;
    }

    /// @inheritdoc IClearingHouse
    function reduceLock(uint16 member, uint256 freed, uint256 held) external onlyDayBook {
        _accounts[member] = _accounts[member].plusLocked(int256(held) - int256(freed));
        emit LockChanged(member, freed, held);
        _payDebt(member);
    }

    // ---------------------------------------------------------------- payments

    /// @inheritdoc IClearingHouse
    function pay(uint256[] calldata movements) external onlyDayBook {
        for (uint256 i; i < movements.length; i += 2) {
            uint256 word = movements[i];
            uint16 member = uint16(word >> 240);
            int256 toSupplier = int256(movements[i + 1]);
            if (toSupplier > 0) _supplierBalance += uint256(toSupplier);
            else if (toSupplier < 0) toSupplier = -int256(_payFromSupplier(member, uint256(-toSupplier)));
            uint256 account = _accounts[member].plusLocked(-int256((word >> 120) & ((1 << 120) - 1)));
            account = account.plus(int256(int120(uint120(word))) - toSupplier);
            _accounts[member] = account;
            if (account.inDebt()) _payDebt(member);
        }
        emit MembersPaid(movements);
    }

    /// @inheritdoc IClearingHouse
    function move(uint16 member, int256 toSupplier) external onlyDayBook {
        if (toSupplier < 0) {
            _credit(member, _payFromSupplier(member, uint256(-toSupplier)));
        } else if (toSupplier > 0) {
            _debts[member] += uint256(toSupplier);
            _accounts[member] = _accounts[member].withDebt(true);
            emit DebtRaised(member, uint256(toSupplier));
            _payDebt(member);
        }
    }

    /// @inheritdoc IClearingHouse
    function raiseFund(uint256 amount) external onlyDayBook {
        _fundBalance += amount;
        emit FundRaised(amount);
    }

    /// @dev What the supplier can pay of `amount`; the rest it owes.
    function _payFromSupplier(uint16 member, uint256 amount) private returns (uint256 paid) {
        uint256 balance = _supplierBalance;
        paid = amount < balance ? amount : balance;
        _supplierBalance = balance - paid;
        if (paid == amount) return paid;
        _owed[member] += amount - paid;
        _supplierOwes += amount - paid;
        emit SupplierOwes(member, amount - paid);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IClearingHouse
    function accountOf(uint16 member) external view returns (uint256 balance, uint256 locked) {
        uint256 account = _accounts[member];
        return (account.balance(), account.locked());
    }

    /// @inheritdoc IClearingHouse
    function debtOf(uint16 member) external view returns (uint256) {
        return _debts[member];
    }

    /// @inheritdoc IClearingHouse
    function owedTo(uint16 member) external view returns (uint256) {
        return _owed[member];
    }

    /// @inheritdoc IClearingHouse
    function supplierAccount() external view returns (uint256 balance, uint256 owed) {
        return (_supplierBalance, _supplierOwes);
    }

    /// @inheritdoc IClearingHouse
    function fundBalance() external view returns (uint256) {
        return _fundBalance;
    }

    /// @inheritdoc IClearingHouse
    function bondBalance() external view returns (uint256) {
        return _bonds;
    }
}
