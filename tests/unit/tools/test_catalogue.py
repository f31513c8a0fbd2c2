"""The catalogues: in step with the code, complete, and read as Babel reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from goldens import ROOT

from netkit.language.catalogue import read_catalogue
from netkit.language.chosen import Language, in_language
from netkit.language.words import counted, say

CATALOGUES = sorted((ROOT / "netkit/language/locale").glob("*/LC_MESSAGES/netkit.po"))


def test_every_message_is_translated_and_every_translation_is_used() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "catalogue", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_is_read_as_babel_reads_it(path: Path) -> None:
    with path.open("rb") as file:
        theirs = {(one.context or "", one.id): one.string for one in read_po(file) if one.id}
    assert read_catalogue(path.read_text(encoding="utf-8")) == theirs
    assert len(theirs) > 400


def test_there_is_a_catalogue_for_every_language_but_english() -> None:
    assert {path.parts[-3] for path in CATALOGUES} == set(Language) - {Language.EN}


def test_strings_of_several_lines_and_with_escapes() -> None:
    text = 'msgid ""\nmsgstr "Language: zh"\n\n#, fuzzy\nmsgid "a guess"\nmsgstr "x"\n\n'
    text += 'msgctxt "c"\nmsgid ""\n"one \\"two\\"\\n"\n"three"\nmsgstr "四"\n'
    assert read_catalogue(text) == {("c", 'one "two"\nthree'): "四"}


def test_what_no_catalogue_has_stays_english() -> None:
    assert in_language(Language.ZH, say, "not a message of netkit: {n}", n=1) == (
        "not a message of netkit: 1"
    )
    assert in_language(Language.ZH, counted, 2, "thing that nobody counts") == (
        "2 thing that nobody counts"
    )


def test_chinese_counts_with_its_own_words() -> None:
    assert in_language(Language.ZH, counted, 1, "pair") == "1 对节点"
    assert (counted(1, "pair"), counted(2, "pair")) == ("1 pair", "2 pairs")


@pytest.mark.parametrize("text", ["nonsense", 'msgid "half', 'msgid "a"\nmsgstr'])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        read_catalogue(text)
