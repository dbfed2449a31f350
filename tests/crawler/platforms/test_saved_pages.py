"""Saved pages, each with the reviewed answer beside it: ``NAME.html`` and ``NAME.expected.json``.

The pages are written for this project in the manner of each system. Only the keys that an
expected file names are compared.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.links import find_column_links
from crawler.platforms.model import Article, ListPage, Page
from crawler.platforms.signs import confirm_column

SAVED = Path(__file__).parent / "saved"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in SAVED.glob("*.expected.json"))


def saved(name: str) -> tuple[Page, dict[str, Any]]:
    expected: dict[str, Any] = json.loads((SAVED / f"{name}.expected.json").read_text("utf-8"))
    return Page(url=expected["url"], text=(SAVED / f"{name}.html").read_text("utf-8")), expected


def shown_list(found: ListPage) -> dict[str, Any]:
    return {
        "items": [[i.title, i.url, i.day and i.day.isoformat(), i.cut] for i in found.items],
        "day_texts": [i.day_text for i in found.items],
        "recognised": found.recognised,
        "number": found.number,
        "announced_items": found.announced_items,
        "announced_pages": found.announced_pages,
        "next": [request.url for request in found.next_pages],
        "frames": list(found.frames),
        "needs_script": found.needs_script,
        "subcolumns": [[link.why, link.text, link.url] for link in found.subcolumns],
        "last": found.last,
    }


def shown_article(found: Article) -> dict[str, Any]:
    return {
        "title": found.title,
        "labels": dict(found.labels),
        "days": [[day.source, day.day.isoformat()] for day in found.days],
        "attachments": [[file.name, file.url] for file in found.attachments],
        "source_name": found.source_name,
        "recognised": found.recognised,
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_right_adapter_is_chosen(name: str) -> None:
    page, expected = saved(name)

    assert choose_platform(page).name == expected["platform"]


@pytest.mark.parametrize("name", [name for name in NAMES if "list" in saved(name)[1]])
def test_the_list_is_read_as_reviewed(name: str) -> None:
    page, expected = saved(name)

    shown = shown_list(choose_platform(page).read_list(page))

    assert {key: shown[key] for key in expected["list"]} == expected["list"]


@pytest.mark.parametrize("name", [name for name in NAMES if "article" in saved(name)[1]])
def test_the_article_is_read_as_reviewed(name: str) -> None:
    page, expected = saved(name)
    wanted = dict(expected["article"])

    article = choose_platform(page).read_article(page)

    for words in wanted.pop("text_has", []):
        assert words in article.text
    for words in wanted.pop("text_lacks", []):
        assert words not in article.text
    shown = shown_article(article)
    assert {key: shown[key] for key in wanted} == wanted


@pytest.mark.parametrize("name", [name for name in NAMES if "column_links" in saved(name)[1]])
def test_the_ways_to_the_column_are_found_as_reviewed(name: str) -> None:
    page, expected = saved(name)

    found = [[link.step, link.text, link.url] for link in find_column_links(page)]

    assert found == expected["column_links"]


@pytest.mark.parametrize("name", [name for name in NAMES if "proof" in saved(name)[1]])
def test_the_proof_of_the_column_is_as_reviewed(name: str) -> None:
    page, expected = saved(name)

    proof = confirm_column(page, choose_platform(page).read_list(page))

    assert (list(proof.met) if proof else None) == expected["proof"]
