"""What a line asks for beside the basket: a price, a doubt cleared."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _, quantity
from pos_app.screens.checkout.catalogue_presenter import CataloguePresenter, PriceAnswer
from pos_app.screens.checkout.line_presenter import LinePresenter
from pos_app.screens.checkout.sheets import PriceCheck, QuantityCheck
from pos_app.screens.widgets.sheet import Sheet
from retail.input_line import AddArticle, AddCode, SetQuantity


class LineFlow(QObject):
    """Opens the sheets that lines ask for.

    Signals:
        told: a :class:`Message` for the toasts.
    """

    told = Signal(object)

    def __init__(
        self, reader: LinePresenter, catalogue: CataloguePresenter, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._reader = reader
        self._catalogue = catalogue
        self._sheet: Sheet
        reader.told.connect(self.told)
        reader.price_asked.connect(self.check_price)
        reader.doubted.connect(self._doubt)
        catalogue.price_found.connect(self._show_price)

    def attach(self, sheet: Sheet) -> None:
        """Show sheets there."""
        self._sheet = sheet

    def open_price_check(self) -> None:
        """Ask for a code whose price is wanted."""
        self.check_price("")

    def check_price(self, code: str) -> None:
        """Tell the price of a code, or ask for one."""
        content = PriceCheck()
        content.asked.connect(self._catalogue.check_price)
        self._sheet.open_with(_("Price check"), content)
        if code:
            content.ask_code(code)

    def _show_price(self, answer: PriceAnswer) -> None:
        content = self._sheet.content
        if isinstance(content, PriceCheck):
            content.show_answer(answer)

    def _doubt(self, reading: AddCode | AddArticle | SetQuantity) -> None:
        content = QuantityCheck(quantity(reading.thousandths))
        content.refused.connect(self._sheet.close_sheet)

        def confirm() -> None:
            self._sheet.close_sheet()
            self._reader.take(reading)

        content.confirmed.connect(confirm)
        self._sheet.open_with(_("Quantity"), content)
