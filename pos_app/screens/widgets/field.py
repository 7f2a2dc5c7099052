"""A field of a form: its label above, a hint or what is wrong below."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.screens.widgets.labels import Label


class Field(QWidget):
    """One line of text with its label.

    Args:
        label: what it is; also its name for screen readers.
        text: what stands in it.
        most: how many characters it takes.
        parent: Qt parent.
    """

    def __init__(
        self, label: str, text: str = "", *, most: int = 160, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        self.line = QLineEdit(text)
        self.line.setFont(now.font("input"))
        self.line.setFixedHeight(now.height("touch"))
        self.line.setMaxLength(most)
        self.line.setAccessibleName(label)
        self._hint = Label("", "meta", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self.setFocusProxy(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(4))
        column.addWidget(Label(label, "metaStrong", tone="text2"))
        column.addWidget(self.line)
        column.addWidget(self._hint)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.line.text()

    def show_error(self, sentence: str) -> None:
        """Say what is wrong; nothing for an empty sentence."""
        self._hint.setText(sentence)
        self._hint.setVisible(bool(sentence))
