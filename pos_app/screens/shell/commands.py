"""Every action of the till as a named command: its usual keys, and the pages it is open on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos_app.runtime.i18n import N_
from pos_app.screens.shell.navigation import Page


class Command(StrEnum):
    """Names of the actions."""

    HELP = "help"
    PALETTE = "palette"
    CODES = "commands.print"
    KEYBOARD = "keyboard"
    TRAINING = "training"
    SCANNER = "scanner.learn"
    SEARCH = "search"
    PRICE_CHECK = "price_check"
    QUANTITY = "quantity"
    CASH = "pay.cash"
    CARD = "pay.card"
    TENDER = "pay.page"
    GIFT_CARD = "pay.gift_card"
    BALANCE = "value.balance"
    VOUCHER = "pay.voucher"
    STORE_CREDIT = "pay.store_credit"
    POINTS = "pay.points"
    ACCOUNT = "pay.account"
    SPLIT = "pay.split"
    FOREIGN = "pay.foreign"
    CUSTOMER = "customer"
    COUPONS = "basket.coupons"
    UNDO = "basket.undo"
    REDO = "basket.redo"
    CLEAR = "basket.clear"
    PRICE = "line.price"
    NEW_PRICE = "line.new_price"
    VARIANT = "line.variant"
    REDUCE = "basket.reduce"
    NOTE = "basket.note"
    SELLER = "line.seller"
    EXEMPT = "basket.exempt"
    HOLD = "basket.hold"
    HOLD_SLIP = "basket.hold_slip"
    WAITING = "basket.waiting"
    ACTS = "basket.acts"
    WHY = "basket.why"
    DRAWER = "drawer.open"
    LOCK = "lock"
    REPRINT = "receipt.reprint"
    RETURNS = "returns"
    GIFT_RECEIPT = "receipt.gift"
    SAVE_RECEIPT = "receipt.save"
    MAIL_RECEIPT = "receipt.mail"
    RECEIPT_WAY = "receipt.way"
    INVOICE = "receipt.invoice"
    SYNC = "sync.show"
    LOOK = "look.next"
    LANGUAGE = "language"
    BACK = "back"
    LINE_UP = "line.up"
    LINE_DOWN = "line.down"
    LINE_MORE = "line.more"
    LINE_LESS = "line.less"
    LINE_REMOVE = "line.remove"
    LINE_WHY = "line.why"
    ENTER = "enter"
    CATEGORY = "category"
    FAVOURITE = "favourite"
    DESIGN = "keys.design"
    KEY_ARTICLE = "keys.article"
    KEY_CATEGORY = "keys.category"
    KEY_COMMAND = "keys.command"
    KEY_MOVE = "keys.move"
    KEY_CLEAR = "keys.clear"
    KEY_PAGE = "keys.page"
    KEY_TURN = "keys.turn"
    KEY_ROLE = "keys.role"
    KEY_UNDO = "keys.undo"
    KEY_DISCARD = "keys.discard"
    KEY_PUBLISH = "keys.publish"


class Area(StrEnum):
    """What commands are listed under."""

    LINE = N_("Input line and article")
    BASKET = N_("Basket")
    PAYMENT = N_("Payment and receipt")
    TILL = N_("Till")
    KEYS = N_("Design of quick keys")


@dataclass(frozen=True, slots=True)
class Binding:
    """A command's keys and where it is open.

    Attributes:
        keys: sequences by number; a command with several gets the number that was pressed.
        also: other keys of the same meaning.
        area: what it is listed under.
        label: what it does, for the list of keys.
        pages: pages where it works, empty for all.
        typed: the input line itself handles the key, so no shortcut is made.
        through_sheet: it also works while a sheet is open.
    """

    command: Command
    keys: tuple[str, ...]
    label: str
    pages: frozenset[Page] = frozenset()
    typed: bool = False
    through_sheet: bool = False
    also: tuple[str, ...] = ()
    area: Area = Area.BASKET

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Every key that runs it."""
        return (*self.keys, *self.also)

    def shares_a_page(self, other: Binding) -> bool:
        """Whether both are open on some page."""
        return not self.pages or not other.pages or bool(self.pages & other.pages)


_SELLING = frozenset({Page.CHECKOUT})
_PAYING = frozenset({Page.CHECKOUT, Page.TENDER, Page.PAYOUT})
_TENDER = frozenset({Page.TENDER})
_WORK = frozenset({Page.CHECKOUT, Page.TENDER, Page.PAYOUT, Page.DONE, Page.OPEN_SHIFT})
_ENTRANCES = frozenset({Page.LOGIN, Page.OPEN_SHIFT, Page.CHECKOUT})
_DIGITS = range(1, 10)
_DESIGN = frozenset({Page.QUICK_KEYS})


def begins_a_sale(binding: Binding) -> bool:
    """Whether a command rings something up, or prepares it; what pays does not."""
    return binding.pages == _SELLING and binding.command is not Command.TENDER


BINDINGS = (
    Binding(
        Command.ENTER, ("Return",), N_("Add the typed code, or confirm"), typed=True, area=Area.LINE
    ),
    Binding(
        Command.SEARCH, ("F2",), N_("Search for an article"), _SELLING,
        also=("Ctrl+F",), area=Area.LINE,
    ),
    Binding(Command.PRICE_CHECK, ("F4",), N_("Price check"), _SELLING, area=Area.LINE),
    Binding(
        Command.CATEGORY, tuple(f"Alt+{n}" for n in _DIGITS), N_("Category"), _SELLING,
        area=Area.LINE,
    ),
    Binding(
        Command.FAVOURITE, tuple(f"Ctrl+{n}" for n in _DIGITS), N_("Article of the grid"), _SELLING,
        area=Area.LINE,
    ),
    Binding(Command.LINE_UP, ("Up",), N_("Line above"), _SELLING, typed=True),
    Binding(Command.LINE_DOWN, ("Down",), N_("Line below"), _SELLING, typed=True),
    Binding(Command.LINE_MORE, ("+",), N_("One more (empty line)"), _SELLING, typed=True),
    Binding(Command.LINE_LESS, ("-",), N_("One less (empty line)"), _SELLING, typed=True),
    Binding(Command.LINE_REMOVE, ("Del",), N_("Remove line (empty line)"), _SELLING, typed=True),
    Binding(Command.QUANTITY, ("F5",), N_("Quantity or weight of the line"), _SELLING),
    Binding(Command.RETURNS, ("F6",), N_("Returns and exchange"), _SELLING),
    Binding(Command.UNDO, ("Ctrl+Z",), N_("Undo the last change"), _SELLING),
    Binding(
        Command.REDO, ("Ctrl+Y",), N_("Do again what was undone"), _SELLING, also=("Ctrl+Shift+Z",)
    ),
    Binding(Command.CLEAR, ("Ctrl+Del",), N_("Give the basket up, with a reason"), _SELLING),
    Binding(Command.PRICE, ("Ctrl+E",), N_("Other price of the line"), _SELLING),
    Binding(Command.NEW_PRICE, ("Ctrl+U",), N_("New price of the shelf for the line"), _SELLING),
    Binding(Command.VARIANT, ("Ctrl+Shift+V",), N_("Other variant of the line"), _SELLING),
    Binding(Command.REDUCE, ("Ctrl+D",), N_("Discount on the line or the basket"), _SELLING),
    Binding(Command.NOTE, ("Ctrl+N",), N_("Note on the line or the basket"), _SELLING),
    Binding(Command.SELLER, ("Ctrl+Shift+N",), N_("Salesperson of the line"), _SELLING),
    Binding(Command.EXEMPT, ("Ctrl+Shift+E",), N_("Sell without tax"), _SELLING),
    Binding(Command.HOLD, ("F7",), N_("Put the basket aside, or take one up"), _SELLING),
    Binding(Command.HOLD_SLIP, ("Ctrl+F7",), N_("Put the basket aside, with a slip"), _SELLING),
    Binding(Command.WAITING, ("Shift+F7",), N_("Waiting baskets"), _SELLING),
    Binding(Command.ACTS, ("Ctrl+Shift+D",), N_("All that is done by hand"), _SELLING),
    Binding(Command.WHY, ("Ctrl+W",), N_("Why this price?"), _SELLING),
    Binding(Command.LINE_WHY, ("Ctrl+Shift+W",), N_("Why this price? (the line alone)"), _SELLING),
    Binding(
        Command.CASH, ("F9",), N_("Cash: exact, or the typed amount"), _PAYING, area=Area.PAYMENT
    ),
    Binding(Command.CARD, ("F11",), N_("Card: exact"), _PAYING, area=Area.PAYMENT),
    Binding(Command.TENDER, ("F12",), N_("Payment page"), _SELLING, area=Area.PAYMENT),
    Binding(Command.GIFT_CARD, ("Ctrl+G",), N_("Gift card"), _TENDER, area=Area.PAYMENT),
    Binding(Command.BALANCE, ("Ctrl+G",), N_("Balance of a card"), _SELLING, area=Area.PAYMENT),
    Binding(Command.VOUCHER, ("Ctrl+B",), N_("Voucher"), _TENDER, area=Area.PAYMENT),
    Binding(
        Command.STORE_CREDIT, ("Ctrl+O",), N_("Store credit"), _TENDER | {Page.PAYOUT},
        area=Area.PAYMENT,
    ),
    Binding(Command.POINTS, ("Ctrl+J",), N_("Points"), _TENDER, area=Area.PAYMENT),
    Binding(Command.ACCOUNT, ("Ctrl+H",), N_("On account"), _TENDER, area=Area.PAYMENT),
    Binding(Command.SPLIT, ("Ctrl+S",), N_("Split what is left"), _TENDER, area=Area.PAYMENT),
    Binding(Command.FOREIGN, ("Ctrl+F",), N_("Foreign cash"), _TENDER, area=Area.PAYMENT),
    Binding(Command.CUSTOMER, ("F3",), N_("Customer"), _SELLING),
    Binding(Command.COUPONS, ("Ctrl+Shift+B",), N_("Coupons of the basket"), _SELLING),
    Binding(
        Command.REPRINT, ("Ctrl+P",), N_("Print the last receipt again"), _WORK, area=Area.PAYMENT
    ),
    Binding(
        Command.GIFT_RECEIPT, ("Ctrl+Shift+P",), N_("Gift receipt of the last sale"), _WORK,
        area=Area.PAYMENT,
    ),
    Binding(
        Command.SAVE_RECEIPT, ("Ctrl+Shift+R",), N_("Save the last receipt as PDF"), _WORK,
        area=Area.PAYMENT,
    ),
    Binding(
        Command.MAIL_RECEIPT, ("Ctrl+M",), N_("Send the last receipt by e-mail"),
        _SELLING | {Page.DONE}, area=Area.PAYMENT,
    ),
    Binding(
        Command.RECEIPT_WAY, ("Ctrl+R",), N_("Receipt: on paper, none, by e-mail"), _PAYING,
        area=Area.PAYMENT,
    ),
    Binding(
        Command.INVOICE, ("Ctrl+I",), N_("Invoice for the last receipt, or another"),
        _SELLING | {Page.DONE}, area=Area.PAYMENT,
    ),
    Binding(Command.HELP, ("F1",), N_("This list of keys"), area=Area.TILL),
    Binding(
        Command.PALETTE, ("F10",), N_("More: all commands"), through_sheet=True,
        also=("Ctrl+K",), area=Area.TILL,
    ),
    Binding(
        Command.CODES, ("Ctrl+Shift+K",), N_("Print the commands as codes to scan"), _WORK,
        area=Area.TILL,
    ),
    Binding(
        Command.DRAWER, ("Shift+F9",), N_("Open the drawer without a sale"),
        _SELLING | {Page.DONE}, area=Area.TILL,
    ),
    Binding(
        Command.SCANNER, ("Ctrl+Shift+J",), N_("Set the scanner up"), _SELLING, area=Area.TILL,
    ),
    Binding(
        Command.TRAINING, ("Ctrl+Shift+M",), N_("Training: practise on a copy, or end it"), _WORK,
        area=Area.TILL,
    ),
    Binding(
        Command.KEYBOARD, ("Ctrl+Shift+T",), N_("Keyboard for fingers"), through_sheet=True,
        area=Area.TILL,
    ),
    Binding(Command.BACK, ("Esc",), N_("Back, close"), through_sheet=True, area=Area.TILL),
    Binding(
        Command.LOCK, ("Ctrl+L",), N_("Lock the till"), _WORK | {Page.SYNC} | _DESIGN,
        area=Area.TILL,
    ),
    Binding(Command.SYNC, ("Ctrl+Shift+S",), N_("Connection to the head office"), area=Area.TILL),
    Binding(Command.LOOK, ("Ctrl+T",), N_("Light, dark, high contrast"), area=Area.TILL),
    Binding(
        Command.LANGUAGE, ("Ctrl+Shift+L",), N_("Language of the screens"), _ENTRANCES,
        area=Area.TILL,
    ),
    Binding(Command.DESIGN, ("Ctrl+Shift+Q",), N_("Design the quick keys"), _SELLING,
            area=Area.KEYS),
    Binding(Command.KEY_ARTICLE, ("F2",), N_("Article on the key"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_CATEGORY, ("F3",), N_("Category on the key"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_COMMAND, ("F4",), N_("Command on the key"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_MOVE, ("F6",), N_("Move the key"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_CLEAR, ("F5",), N_("Free the key"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_PAGE, ("F7",), N_("One more page of keys"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_TURN, ("Ctrl+PgDown",), N_("Next page of keys"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_ROLE, ("F11",), N_("Keys of the other role"), _DESIGN, area=Area.KEYS),
    Binding(Command.KEY_UNDO, ("Ctrl+Z",), N_("Undo the last publication"), _DESIGN,
            area=Area.KEYS),
    Binding(Command.KEY_DISCARD, ("Ctrl+Del",), N_("Discard what is not published"), _DESIGN,
            area=Area.KEYS),
    Binding(Command.KEY_PUBLISH, ("F12",), N_("Publish the keys"), _DESIGN, area=Area.KEYS),
)  # fmt: skip
