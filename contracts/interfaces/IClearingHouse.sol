// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Refusal} from "../types/Refusal.sol";

/// @title IClearingHouse
/// @notice Money: deposits, locks, payment of trades at the clearing prices, the supplier's leg, the fund, withdrawals.
/// @dev The only place that holds tokens. Amounts are token base units; positive is in the member's favour unless said.
interface IClearingHouse {
    event Deposited(uint16 indexed member, address indexed from, uint256 amount);
    event Withdrawn(uint16 indexed member, address indexed to, uint256 amount);
    event SupplierDeposited(address indexed from, uint256 amount);
    event SupplierWithdrawn(address indexed to, uint256 amount);
    /// @notice A lock that stands for `member` changed from `freed` to `locked`.
    event LockChanged(uint16 indexed member, uint256 freed, uint256 locked);
    /// @notice Members were paid, as `pay` says.
    event MembersPaid(uint256[] movements);
    event DebtRaised(uint16 indexed member, uint256 amount);
    event DebtPaid(uint16 indexed member, uint256 amount);
    /// @notice The supplier could not pay; it owes the member `amount` more.
    event SupplierOwes(uint16 indexed member, uint256 amount);
    event SupplierPaid(uint16 indexed member, uint256 amount);
    /// @notice A closed day's surplus went to the fund.
    event FundRaised(uint256 amount);
    event FundPaid(address indexed to, uint16 indexed member, uint256 amount);
    event BondTaken(address indexed from, uint256 amount);
    /// @notice A bond was not in vain: it is the member's.
    event BondReturned(uint16 indexed member, uint256 amount);
    /// @notice A bond was lost to the supplier, against whom the dispute was.
    event BondForfeited(uint256 amount);

    error NotTheMarket(address caller);
    error NotTheDayBook(address caller);
    error NotTheFund(address caller);
    error NotTheArbitration(address caller);
    error NotTheMember(uint16 member, address caller);
    error UnknownMember(uint16 member);
    error NothingReceived();
    error AmountTooLarge(uint256 amount);
    error InsufficientFree(uint16 member, uint256 free, uint256 amount);
    error InsufficientFund(uint256 fund, uint256 amount);
    error InsufficientSupplier(uint256 free, uint256 amount);

    /// @notice Pulls `amount` tokens from the caller; credits what really arrived to the member, its debt first.
    function deposit(uint16 member, uint256 amount) external;

    /// @notice As `deposit`, with the caller's EIP-2612 permit.
    function depositWithPermit(uint16 member, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays out of what is free; the member's account's call.
    function withdraw(uint16 member, address to, uint256 amount) external;

    /// @notice Pulls `amount` tokens from the caller into the supplier's account.
    function depositForSupplier(uint256 amount) external;

    /// @notice Pays out what the supplier owes to nobody; the supplier's call.
    function withdrawForSupplier(address to, uint256 amount) external;

    /// @notice The market's: locks `amount` for a profile; None, or why not.
    function lock(uint16 member, uint256 amount) external returns (Refusal);

    /// @notice The market's: undoes `lock` in the same call.
    function unlock(uint16 member, uint256 amount) external;

    /// @notice The market's: a replaced profile; `freed` is unlocked and `amount` locked.
    function relock(uint16 member, uint256 freed, uint256 amount) external returns (Refusal);

    /// @notice The day book's: a released profile's lock falls from `freed` to `held`.
    function reduceLock(uint16 member, uint256 freed, uint256 held) external;

    /// @notice The day book's: pays members' trades and deviations out of their locks.
    /// @param movements Two words a member: member (bits 240..255), lock that falls free (120..239) and what its trades
    /// bring (0..119, two's complement); then what it pays the supplier (negative: gets from it).
    function pay(uint256[] calldata movements) external;

    /// @notice The day book's: a revision moves `toSupplier` from the member to the supplier (negative: back). What the
    /// member can't pay is its debt.
    function move(uint16 member, int256 toSupplier) external;

    /// @notice The day book's: a closed day's surplus is the fund's.
    function raiseFund(uint256 amount) external;

    /// @notice Pays the member what the supplier owes it, as far as the supplier can now.
    function collect(uint16 member) external;

    /// @notice The fund's: pays from the fund to a member's balance, or to an address where `member` is 0.
    function payFromFund(uint16 member, address to, uint256 amount) external;

    /// @notice The arbitration's: pulls a bond out of the tokens of who opens a dispute. It is nobody's balance meanwhile, so
    /// that one in debt can dispute what made its debt.
    /// @return bond What really arrived.
    function takeBond(address from, uint256 amount) external returns (uint256 bond);

    /// @notice The arbitration's: a bond becomes the member's balance, its debt first.
    function returnBond(uint16 member, uint256 bond) external;

    /// @notice The arbitration's: a bond becomes the supplier's.
    function forfeitBond(uint256 bond) external;

    /// @notice Bonds of open disputes.
    function bondBalance() external view returns (uint256);

    /// @notice Balance and, of it, what is locked.
    function accountOf(uint16 member) external view returns (uint256 balance, uint256 locked);

    /// @notice What the member owes the supplier.
    function debtOf(uint16 member) external view returns (uint256);

    /// @notice What the supplier owes the member.
    function owedTo(uint16 member) external view returns (uint256);

    /// @notice The supplier's balance and, of it, what it owes members.
    function supplierAccount() external view returns (uint256 balance, uint256 owed);

    /// @notice The fund's balance.
    function fundBalance() external view returns (uint256);
}
