from __future__ import annotations

import pytest

from resources import path, tokens


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize(("kind", "least"), [("textPairs", 4.5), ("markPairs", 3.0)])
def test_every_pair_of_colours_has_contrast(theme: str, kind: str, least: float) -> None:
    colours = tokens.colours(theme)
    poor = {
        (front, back): round(tokens.contrast(colours[front], colours[back]), 2)
        for front, back in tokens.load()[kind]
        if tokens.contrast(colours[front], colours[back]) < least
    }
    assert not poor


@pytest.mark.parametrize("theme", tokens.THEMES)
def test_the_icon_of_every_tint_has_contrast(theme: str) -> None:
    ratios = {n: tokens.contrast(t.back, t.mark) for n, t in tokens.tints(theme).items()}
    assert len(ratios) == 8
    assert min(ratios.values()) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert tokens.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_themes_name_the_same_tokens() -> None:
    names = [set(tokens.colours(theme)) for theme in tokens.THEMES]
    assert names[0] == names[1] == names[2]


def test_css_has_a_variable_for_every_token() -> None:
    css = tokens.css_variables("dark")
    assert "--tw-on-primary-soft: #C5D1FF;" in css
    assert "--tw-tint-peach-mark: #FFB878;" in css
    assert css.count("\n") + 1 == len(set(css.splitlines()))


def test_every_icon_named_is_a_lucide_file_with_the_theme_s_colour() -> None:
    for name in path("icons.txt").read_text(encoding="utf-8").split():
        assert "currentColor" in path("vendor", "icons", f"{name}.svg").read_text(encoding="utf-8")
