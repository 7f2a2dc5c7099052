from __future__ import annotations

import re

from backoffice.web.assets import all_assets
from backoffice.web.layout import icon
from resources import tokens
from tests.backoffice.conftest import Office


def test_files_may_be_kept_for_ever_under_their_hash(office: Office) -> None:
    for name, asset in all_assets().items():
        answer = office.client.get(asset.url)
        assert answer.status_code == 200, name
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == asset.content


def test_another_hash_is_not_answered(office: Office) -> None:
    assert office.client.get("/static/0000000000000000/app.css").status_code == 404
    assert office.client.get("/static/0000000000000000/none.css").status_code == 404


def test_a_client_without_gzip_gets_the_plain_file(office: Office) -> None:
    asset = all_assets()["app.css"]
    answer = office.client.get(asset.url, headers={"accept-encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.content == asset.content
    packed = office.client.get(asset.url, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"


def test_the_style_sheet_uses_known_tokens_only() -> None:
    theme = all_assets()["theme.css"].content.decode()
    style = all_assets()["app.css"].content.decode()
    for name in set(re.findall(r"var\((--(?:tw|nav)-[a-z0-9-]+)\)", style)):
        assert f"{name}:" in theme, name


def test_both_themes_are_in_the_style_sheet() -> None:
    theme = all_assets()["theme.css"].content.decode()
    for name in ("light", "dark"):
        assert f"--tw-bg: {tokens.colours(name)['bg']};" in theme


def test_an_unknown_icon_is_the_box() -> None:
    assert icon("no-such-icon") == icon("box")
    assert icon("../secret") == icon("box")
    assert 'aria-hidden="true"' in icon("store")
