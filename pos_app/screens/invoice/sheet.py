"""Whose invoice it is, for which receipt, and how it is handed out."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.checkout.invoicing import Subject
from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _, money, sentence
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.field import Field
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.segments import Segments
from retail.customers import Personal
from retail.errors import RetailError

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_FIELDS = (
    ("company", N_("Company"), 120, (0, 0, 2)),
    ("tax_number", N_("VAT number"), 20, (1, 0, 1)),
    ("name", N_("Name"), 120, (1, 1, 1)),
    ("street", N_("Street"), 120, (2, 0, 2)),
    ("postcode", N_("Postcode"), 16, (3, 0, 1)),
    ("city", N_("City"), 80, (3, 1, 1)),
    ("country", N_("Country, two letters"), 2, (4, 0, 1)),
    ("email", N_("E-mail"), 160, (4, 1, 1)),
)


class Out(StrEnum):
    """How an invoice is handed out."""

    SAVE = "save"
    MAIL = "mail"
    PRINT = "print"


_WAYS = tuple(Out)
_NAMES = {Out.SAVE: N_("Save as PDF"), Out.MAIL: N_("E-mail"), Out.PRINT: N_("Print")}


class _Fields(QScrollArea):
    """Leaves its keys to the sheet."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class InvoiceSheet(QWidget):
    """Receipt on top, the customer's particulars, and one button that issues and hands out.

    Signals:
        asked: a receipt's number or code.
        confirmed: a :class:`Personal` and an :class:`Out`.
    """

    asked = Signal(str)
    confirmed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._buyer = Personal(name="")
        self.way = Out.SAVE
        self.line = SearchScanBar(_("Scan or type the number of another receipt …"))
        self.line.entered.connect(self._ask)
        self._about = Label("", "row")
        self._about.setWordWrap(True)
        self.fields = {name: Field(_(label), most=most) for name, label, most, _at in _FIELDS}
        self.ways = Segments({way.value: _(_NAMES[way]) for way in _WAYS})
        self.ways.setAccessibleName(_("How it is handed out"))
        self.ways.chosen.connect(lambda key: self.choose(Out(key)))
        self._hint = Label("", "body", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self.done = AppButton("", ButtonKind.PRIMARY, icon="file-text", hint="↵")
        self.done.clicked.connect(self._confirm)
        inner = QWidget()
        inner.setLayout(self._build_fields())
        scroll = _Fields()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.line)
        column.addWidget(self._about)
        column.addWidget(scroll, 1)
        column.addWidget(self.ways)
        column.addWidget(self._hint)
        column.addWidget(self.done)
        self.setFocusProxy(self.fields["company"])
        self.choose(self.way)
        self.done.setEnabled(False)

    @property
    def says(self) -> str:
        """What is said of the receipt, and why something was refused."""
        refusal = "" if self._hint.isHidden() else self._hint.text()
        return f"{self._about.text()} {refusal}".strip()

    def show_subject(self, found: Subject) -> None:
        """Show a receipt; of one that has its invoice only copies may be handed out."""
        self._buyer = found.buyer
        self._hint.hide()
        self.line.clear()
        amount = money(found.total_minor, found.currency)
        said = _("Receipt %(number)s, %(amount)s") % {"number": found.receipt, "amount": amount}
        if found.issued:
            said += " · " + _("invoice %(number)s") % {"number": found.issued}
        self._about.setText(said)
        for name, field in self.fields.items():
            field.line.setText(getattr(found.buyer, name))
            field.show_error("")
            field.line.setReadOnly(bool(found.issued) and name != "email")
        self.done.set_label(_("Hand out a copy") if found.issued else _("Issue the invoice"))
        self.done.setEnabled(True)
        (self.fields["email" if found.issued else "company"]).setFocus()

    def show_error(self, error: Exception) -> None:
        """Say what is wrong, beside the field that it is about where there is one."""
        self.done.setEnabled(bool(self._about.text()))
        about = error.code.removeprefix("customer.") if isinstance(error, RetailError) else ""
        about = "email" if about == "mail.address" else about
        for name, field in self.fields.items():
            field.show_error(sentence(error) if name == about else "")
        if about in self.fields:
            self._hint.hide()
            self.fields[about].setFocus()
        else:
            self._hint.setText(sentence(error))
            self._hint.show()

    def choose(self, way: Out) -> None:
        """Save, send or print."""
        self.way = way
        self.ways.choose(way.value)

    def take_code(self, code: str) -> None:
        """Take a scanned receipt."""
        self._ask(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms from every field; up and down choose how it is handed out."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in _ENTER:
            if not event.isAutoRepeat():
                self._confirm()
        elif key in steps:
            place = _WAYS.index(self.way) + steps[key]
            self.choose(_WAYS[min(max(place, 0), len(_WAYS) - 1)])
        else:
            event.ignore()

    def _build_fields(self) -> QGridLayout:
        now = theme.current()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, now.px(8), 0)
        grid.setHorizontalSpacing(now.px(12))
        grid.setVerticalSpacing(now.px(10))
        for name, _label, _most, (row, column, span) in _FIELDS:
            grid.addWidget(self.fields[name], row, column, 1, span)
        grid.setRowStretch(5, 1)
        return grid

    def _ask(self, code: str) -> None:
        if code.strip():
            self.asked.emit(code.strip())

    def _confirm(self) -> None:
        if not self.done.isEnabled():
            return
        self.done.setEnabled(False)
        texts = {name: field.text for name, field in self.fields.items()}
        own = {"card", "phone", "language"}
        kept = {name: getattr(self._buyer, name) for name in own}
        self.confirmed.emit(Personal(**texts, **kept), self.way)
