"""Entering a customer, or changing what is known of one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _, sentence
from pos_app.screens.customers.standing_words import CONSENTS
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.field import Field
from pos_app.screens.widgets.labels import Label
from retail.customers import Personal
from retail.errors import RetailError

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_FIELDS = (
    ("name", N_("Name"), 120),
    ("company", N_("Company"), 120),
    ("phone", N_("Phone"), 24),
    ("email", N_("E-mail"), 160),
    ("card", N_("Card"), 20),
    ("tax_number", N_("Tax number"), 20),
    ("street", N_("Street"), 120),
    ("postcode", N_("Postcode"), 16),
    ("city", N_("City"), 80),
)


class CustomerForm(QWidget):
    """The fields of a customer and what they agree to.

    Signals:
        saved: a :class:`Personal` and the set of consents.
    """

    saved = Signal(object, object)

    def __init__(
        self,
        personal: Personal | None = None,
        consents: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        self.fields = {
            name: Field(_(label), getattr(personal, name) if personal else "", most=most)
            for name, label, most in _FIELDS
        }
        self._language = personal.language if personal else ""
        self._country = personal.country if personal else ""
        self.consents = {consent: self._chip(_(label)) for consent, label in CONSENTS.items()}
        for consent, chip in self.consents.items():
            chip.setChecked(consent.value in consents)
        self.save = AppButton(_("Save and attach"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self.save.clicked.connect(self._save)
        inner = QWidget()
        inner.setLayout(self._build())
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(scroll, 1)
        column.addWidget(self.save)
        self.setFocusProxy(self.fields["name"])

    def show_error(self, error: RetailError) -> None:
        """Say what is wrong beside the field that it is about."""
        about = error.code.removeprefix("customer.")
        field = self.fields.get(about, self.fields["name"])
        for each in self.fields.values():
            each.show_error(sentence(error) if each is field else "")
        field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves, from every field."""
        if event.key() in _ENTER:
            if not event.isAutoRepeat():
                self._save()
        else:
            event.ignore()

    def _build(self) -> QGridLayout:
        now = theme.current()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, now.px(8), 0)
        grid.setHorizontalSpacing(now.px(12))
        grid.setVerticalSpacing(now.px(10))
        places = {"name": (0, 0, 1), "company": (0, 1, 1), "street": (3, 0, 2)}
        places |= {"phone": (1, 0, 1), "email": (1, 1, 1), "card": (2, 0, 1)}
        places |= {"tax_number": (2, 1, 1), "postcode": (4, 0, 1), "city": (4, 1, 1)}
        for name, (row, column, span) in places.items():
            grid.addWidget(self.fields[name], row, column, 1, span)
        grid.addWidget(Label(_("The customer agrees to"), "metaStrong", tone="text2"), 5, 0, 1, 2)
        for place, chip in enumerate(self.consents.values()):
            grid.addWidget(chip, 6 + place // 2, place % 2)
        grid.setRowStretch(8, 1)
        return grid

    def _chip(self, label: str) -> AppButton:
        chip = AppButton(label, ButtonKind.SECONDARY)
        chip.setCheckable(True)
        return chip

    def _save(self) -> None:
        texts = {name: field.text for name, field in self.fields.items()}
        personal = Personal(**texts, language=self._language, country=self._country)
        agreed = {consent for consent, chip in self.consents.items() if chip.isChecked()}
        self.saved.emit(personal, agreed)
