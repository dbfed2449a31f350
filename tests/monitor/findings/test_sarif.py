import json

from monitor.findings.sarif import sarif_log
from monitor.rules.catalogue import rulebook
from tests.monitor.findings.judging import judged

RULES = list(rulebook().values())


def results() -> list[dict[str, object]]:
    [run] = sarif_log([judged()], RULES, "zh")["runs"]
    return list(run["results"])


def test_a_wrong_sum_is_a_result_of_level_error_at_its_cell() -> None:
    found = [row for row in results() if row["ruleId"] == "requests-row-total"]
    assert len(found) == 1
    assert (found[0]["level"], found[0]["kind"]) == ("error", "fail")
    text = json.dumps(found[0]["locations"])
    assert "requests/new/total" in text


def test_every_result_names_its_rule_by_index_and_has_a_fingerprint() -> None:
    [run] = sarif_log([judged()], RULES, "en")["runs"]
    rules = run["tool"]["driver"]["rules"]
    for row in run["results"]:
        assert rules[row["ruleIndex"]]["id"] == row["ruleId"]
        assert len(row["partialFingerprints"]["nianbao/v1"]) == 32


def test_the_original_is_named_with_its_hash() -> None:
    [run] = sarif_log([judged()], RULES, "en")["runs"]
    assert run["artifacts"][0]["hashes"] == {"sha-256": "ab" * 32}
