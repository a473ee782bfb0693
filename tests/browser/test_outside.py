"""The trap itself: what a page asks of other machines is refused, and counted in both places."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.outside import Outside
from tests.browser.visit import Visit


@pytest.mark.parametrize("address", ["http://maps.example/tile.png", "https://fonts.example/a.woff2"])
def test_what_is_asked_of_others_is_refused_and_counted(browser: Browser, outside: Outside, address: str) -> None:
    before = len(outside.asked)
    visit = Visit(browser.new_context(proxy=outside.proxy()), "about:blank")
    ask = "address => fetch(address, { mode: 'no-cors' }).then(reply => reply.type, () => 'refused')"
    said: Any = visit.evaluate(ask, address)
    visit.context.close()
    # the trap answers plain requests with a refusal; through a tunnel that is not granted nothing comes at all
    assert said == ("opaque" if address.startswith("http:") else "refused")
    assert visit.outside == [address]
    (asked,) = outside.asked[before:]
    assert address.split("/")[2] in asked
    with pytest.raises(AssertionError, match="not on this machine"):
        visit.check()


def test_what_the_console_complains_of_is_told(browser: Browser) -> None:
    visit = Visit(browser.new_context(), "about:blank")
    visit.evaluate("() => console.error('this is wrong')")
    with visit.page.expect_event("pageerror"):
        visit.evaluate("() => { setTimeout(() => { throw new Error('and this') }); }")
    visit.context.close()
    with pytest.raises(AssertionError, match=r"this is wrong"):
        visit.check()
    visit.expects("this is wrong")
    with pytest.raises(AssertionError, match=r"and this"):
        visit.check()
    visit.expects("and this")
    visit.check()
