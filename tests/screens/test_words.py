"""Every catalogue says all that the source says, in the trade's terms."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Message

from resources.words import Words, catalogue, file_of, languages
from scripts import words as script
from scripts.words import fresh, messages, missing, said, written

TRANSLATED = languages()[1:]
# The term in English, and what a translation has to hold.
TERMS = {
    r"receipts?": {"de": "[Bb]on", "pl": "[Pp]aragon", "zh": "小票"},
    r"shift": {"de": "[Ss]chicht", "pl": "[Zz]mian", "zh": "班"},
    r"till": {"de": "Kasse", "pl": "[Kk]as", "zh": "收银"},
    r"baskets?": {"de": "Warenk[oö]rb", "pl": "[Kk]oszyk", "zh": "购物车|单"},
    r"head office": {"de": "Zentrale", "pl": "[Cc]entral", "zh": "总部"},
    r"float": {"de": "Anfangsbestand", "pl": "[Pp]ogotowi", "zh": "备用金"},
    r"change %\(change\)s": {"de": "Rückgeld", "pl": "[Rr]eszt", "zh": "找零"},
    r"gift card": {"de": "Geschenkkarte", "pl": "[Kk]art\\w+ podarunkow", "zh": "礼品卡"},
    r"store credit": {"de": "Guthaben", "pl": "[Bb]on\\w* zwrotn", "zh": "店内余额"},
    r"voucher": {"de": "Gutschein", "pl": "[Bb]on", "zh": "代金券"},
    r"coupon": {"de": "Coupon", "pl": "[Kk]upon", "zh": "优惠券"},
    r"drawer": {"de": "Kassenlade", "pl": "[Ss]zuflad", "zh": "钱箱"},
    r"scan\w*": {"de": "[Ss]can", "pl": "[Ss]kan", "zh": "扫描"},
    r"serial number": {"de": "Seriennummer", "pl": "[Nn]umer\\w* seryjn", "zh": "序列号"},
    r"lot number": {"de": "Chargennummer", "pl": "partii", "zh": "批号"},
    r"customer card": {"de": "Kundenkarte", "pl": "[Kk]art\\w* klienta", "zh": "会员卡"},
    r"journal": {"de": "Journal", "pl": "[Dd]ziennik", "zh": "日志"},
}
_PLACE = re.compile(r"%(?:\(\w+\))?[\d.]*[sdX]")


load = cache(script.load)


def _source(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_the_languages_are_those_of_the_shops() -> None:
    assert set(languages()) >= {"en", "de", "pl", "zh"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_the_source_s(language: str) -> None:
    assert file_of(language).read_bytes() == written(fresh(language)), "run make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    assert [message.id for message in missing(load(language))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nobody_has_to_look_at_a_translation_again(language: str) -> None:
    assert [message.id for message in load(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    wrong = [
        (text, source[-1])
        for message in load(language)
        for source in [_source(message)]
        for text in _texts(message)
        if sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(source[-1]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_always_called_the_same(term: str, language: str) -> None:
    meant = re.compile(rf"\b{term}(?!\w)", re.IGNORECASE)
    holding = [m for m in load(language) if m.id and meant.search(_source(m)[-1])]
    called = re.compile(TERMS[term][language])
    assert holding
    assert [text for m in holding for text in _texts(m) if not called.search(text)] == []


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 pozycja"), (3, "3 pozycje"), (5, "5 pozycji"), (22, "22 pozycje")]
)
def test_polish_counts_in_three_forms(number: int, said: str) -> None:
    words = catalogue("pl_PL")
    assert words.ngettext("%(n)d line", "%(n)d lines", number) % {"n": number} == said


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_till_reads_a_catalogue_as_its_translators_do(language: str) -> None:
    words = catalogue(language)
    assert isinstance(words, Words)
    read = {m.id: words.gettext(m.id) for m in load(language) if isinstance(m.id, str) and m.id}
    assert read == {m.id: m.string for m in load(language) if isinstance(m.id, str) and m.id}
    assert len(read) > 800


def test_sentences_are_taken_wherever_they_stand() -> None:
    source = '''
"""A module. It has words."""
WHY = ("code", "The till is closed. Open it.")
def act():
    log.warning("Nobody reads this.")
    raise RetailError("x", "It is %(what)s.", what=_("Card"))
    return ngettext("%(n)d line", "%(n)d lines", 3) + N_("Cash")
'''
    assert set(said(source)) == {
        "The till is closed. Open it.", "It is %(what)s.", "Card",
        ("%(n)d line", "%(n)d lines"), "Cash",
    }  # fmt: skip


def test_the_source_s_words_are_found_in_every_layer() -> None:
    found = messages()
    for known in ("Pay", "The code is empty; scan it again.", "Theft", "Nothing found"):
        assert known in found
