"""``netkit plan --from OLD.json``: the answer of the command without it, or a clear refusal."""

import json
import math
from pathlib import Path

import pytest
import yaml
from command import invoked
from examples import enough
from goldens import ROOT

from netkit.errors import ExitCode, InputError
from netkit.files.old_plans.made_from import digest

NATIONAL = ROOT / "topologies/east-data-west-compute.yaml"
REGION = ROOT / "topologies/lab-region.yaml"


def run(*arguments: str | Path):
    return invoked("plan", *arguments)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "old.json"
    assert run(REGION, "--out", file).exit_code == ExitCode.OK
    return file


@pytest.fixture(scope="module")
def national_plan(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("national") / "old.json"
    run(NATIONAL, "--out", file)
    return file


def edited(file: Path, into: Path, before: str, after: str) -> Path:
    """The file with the first ``before`` in it replaced."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    into.write_text(text.replace(before, after, 1), encoding="utf-8")
    return into


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sid_index: 785}", "sid_index: 785, status: planned}"),  # a router down
        ("length_km: 2070.5,", "length_km: 2170.5,"),  # slower
        ("length_km: 1931.5,", "length_km: 1831.5,"),  # faster
    ][: enough(1, 3)],
)
def test_the_national_plan_after_a_change_is_the_one_made_afresh(
    national_plan, tmp_path, before, after
):
    now = edited(NATIONAL, tmp_path / "now.yaml", before, after)
    afresh = run(now, "--json")
    again = run(now, "--from", national_plan, "--json")
    assert (again.exit_code, again.stdout) == (afresh.exit_code, afresh.stdout)
    assert again.stdout != national_plan.read_text(encoding="utf-8")
    assert "afresh" not in again.stderr


@pytest.mark.parametrize("what", ["link", "router", "order"])
def test_a_network_that_only_grew_or_is_told_in_another_order_is_followed(old, tmp_path, what):
    content = yaml.safe_load(REGION.read_text(encoding="utf-8"))
    routers, links = content["nodes"], content["links"]
    if what == "router":
        routers.insert(0, {"name": "new", "role": "city", "sid_index": 999})
        links.append({**links[0], "id": "new-link", "a": "new", "length_km": 90})
    elif what == "link":
        links.append({**links[0], "id": "new-link"})
    else:
        routers.reverse()
        links.reverse()
    now = tmp_path / "now.yaml"
    now.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    afresh, again = run(now, "--json"), run(now, "--from", old, "--json")
    assert (again.exit_code, again.stdout) == (ExitCode.OK, afresh.stdout)


def test_a_plan_follows_itself(old):
    kept = old.read_bytes()
    for _ in range(2):
        assert run(REGION, "--from", old, "--out", old).exit_code == ExitCode.OK
        assert old.read_bytes() == kept


def test_failures_are_tried_on_the_plan_that_is_followed(old, tmp_path):
    link = "{a: nanjing, b: wuhu-dc,"
    now = edited(REGION, tmp_path / "now.yaml", link, f"{link} length_km: 400,")
    told = run("survive", now, "--from", old, "--json")
    assert told.stdout == run("survive", now, "--json").stdout
    assert told.stdout != run("survive", REGION, "--json").stdout


def test_another_form_of_the_same_document_will_do(old, tmp_path):
    compact = tmp_path / "compact.json"
    compact.write_text(json.dumps(json.loads(old.read_text(encoding="utf-8"))), encoding="utf-8")
    result = run(REGION, "--from", compact, "--json")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, old.read_text(encoding="utf-8"))


def test_pairs_that_the_old_plan_did_not_have_are_planned(old):
    wanted = ("--pair", "shanghai", "nanjing", "--json")
    assert run(REGION, *wanted, "--from", old).stdout == run(REGION, *wanted).stdout


def test_other_options_are_told_and_planned_afresh(old):
    result = run(REGION, "--max-sids", "3", "--from", old, "--json")
    assert result.stdout == run(REGION, "--max-sids", "3", "--json").stdout
    assert "the plan was made with other options. All is planned afresh" in result.stderr


def test_a_plan_of_another_release_is_told_and_not_used(old, monkeypatch):
    monkeypatch.setattr("netkit.workflows.plans.plan_again.version", lambda _: "9.9")
    result = run(REGION, "--from", old, "--json")
    assert result.exit_code == ExitCode.OK
    assert "the plan was made by another release" in result.stderr
    assert "expected netkit 9.9" in result.stderr


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bound_ms", math.inf), ("constraints", 5), ("segments", [{}]), ("src", "nowhere"),
        ("optimum", 5), ("backup_absent", {}), ("links", None),
    ],
)  # fmt: skip
def test_pairs_that_no_plan_has_are_refused_though_the_digest_is_of_them(
    old, tmp_path, field, value
):
    document = json.loads(old.read_text(encoding="utf-8"))
    document["pairs"][0][field] = value
    document["made_from"]["sha256"] = digest(document, document["made_from"])
    file = tmp_path / "other.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    result = run(REGION, "--from", file)
    assert isinstance(result.exception, InputError)
    assert "it cannot be read" in str(result.exception)


def test_what_cannot_be_gone_on_from_is_refused(old, tmp_path):
    document = json.loads(old.read_text(encoding="utf-8"))
    file = tmp_path / "other.json"

    def told(text: str) -> str:
        file.write_text(text, encoding="utf-8")
        result = run(REGION, "--from", file)
        assert isinstance(result.exception, InputError)
        return str(result.exception)

    assert "not valid JSON" in told("{")
    assert "no plan to go on from" in told("[]")
    bare = {key: value for key, value in document.items() if key != "made_from"}
    assert "does not say what it was made from" in told(json.dumps(bare))
    assert "Plan with `netkit plan FILE --out OLD.json` once" in told(json.dumps(bare))
    document["pairs"][0]["backup"] = None
    assert "was changed since it was written" in told(json.dumps(document))
