"""Which language is spoken: what counts more, and what is the same in all of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.language.chosen import Language, choose, in_english, in_language, of_locale, spoken
from netkit.language.words import say
from netkit.report.place_words import place_text

METRO = str(ROOT / "topologies" / "lab-metro.yaml")
TWO = str(ROOT / "topologies" / "lab-two-operators.yaml")
VARIABLES = ("NETKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    yield
    choose(Language.EN)


def last_line(*words: str) -> str:
    return netkit("plan", METRO, *words).stdout.splitlines()[-1]


ENGLISH, CHINESE = "20 pairs: 20 pass", "20 对节点：20 达标"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_TW"}, Language.ZH),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_CN"}, Language.ZH),
        ({"LANG": "zh_CN", "LC_ALL": "C"}, Language.EN),
        ({"LANG": "zh_CN", "LC_ALL": ""}, Language.ZH),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
    ],
)
def test_a_locale(environment: dict[str, str], language: Language) -> None:
    assert of_locale(environment) is language


def test_the_command_line_then_the_variable_then_the_file_then_the_locale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert last_line() == ENGLISH
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert last_line() == CHINESE
    (tmp_path / "netkit").mkdir()
    (tmp_path / "netkit" / "config.toml").write_text('lang = "en"\n')
    assert last_line() == ENGLISH
    monkeypatch.setenv("NETKIT_LANG", "zh")
    assert last_line() == CHINESE
    assert last_line("--lang", "en") == ENGLISH


def test_a_language_that_netkit_does_not_speak() -> None:
    done = netkit("plan", METRO, "--lang", "de")
    assert done.returncode == 3
    assert "'en', 'zh'" in done.stderr


def test_documents_are_the_same_and_hold_both() -> None:
    words = ("plan", TWO, "--pairs", "all", "--json")
    said = netkit(*words, "--lang", "zh").stdout
    assert said == netkit(*words, "--lang", "en").stdout
    reasons = [pair["reason"] for pair in json.loads(said)["pairs"] if pair["reason"]]
    assert reasons
    for one in reasons:
        assert one["text"].isascii()
        assert "路径" in one["text_zh"]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", METRO, "xidan", "haidian", "--json"),
        ("place", TWO, "--workload", "regional", "--json"),
        ("detour", TWO, "--json"),
        ("topo", "show", METRO, "--json"),
        ("plan", "survive", METRO, "--json"),
    ],
    ids=lambda words: words[0],
)
def test_no_document_changes_with_the_language(words: tuple[str, ...]) -> None:
    english, chinese = (netkit(*words, "--lang", one) for one in ("en", "zh"))
    assert (chinese.stdout, chinese.returncode) == (english.stdout, english.returncode)


def test_errors_and_the_last_line_on_stderr_stay_english() -> None:
    nobody = ("probe", "send", "127.0.0.1:9", "--count", "1", "--timeout", "200ms")
    for words in (("plan", METRO, "--bound", "1us"), ("plan", "nowhere.yaml"), nobody):
        english, chinese = (netkit(*words, "--lang", one) for one in ("en", "zh"))
        assert english.stderr
        assert (chinese.stderr, chinese.returncode) == (english.stderr, english.returncode)


def test_every_thread_speaks_it_and_one_may_ask_for_english() -> None:
    choose(Language.ZH)
    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.append(say("pass")))
    thread.start()
    thread.join()
    assert heard == ["达标"]
    assert in_english(say, "pass") == "pass"
    assert spoken() is Language.ZH
    with pytest.raises(KeyError):
        in_language(Language.EN, say, "{lacking}", other=1)
    assert spoken() is Language.ZH


def test_places_have_the_name_of_the_language() -> None:
    assert place_text("Guiyang") == place_text("贵阳") == "Guiyang"
    choose(Language.ZH)
    assert place_text("Guiyang") == place_text("贵阳") == "贵阳"
    assert place_text("Guangdong-HongKong-Macao GBA") == "粤港澳大湾区"
    assert place_text("Atlantis") == "Atlantis"
