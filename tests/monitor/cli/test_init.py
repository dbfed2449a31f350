"""The command ``nianbao init``."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from storage.database import create_database_engine
from storage.init import settings_template
from storage.schema import require_current
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings
from storage.workspace import open_workspace
from tests.monitor.cli.program import nianbao


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NIANBAO_WORKSPACE", "NIANBAO_DATABASE_URL", "NIANBAO_ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)


def uncommented() -> dict[str, Any]:
    text = re.sub(r"(?m)^#(?=[\[a-z])", "", settings_template())
    return tomllib.loads(text)


def model_values(model: BaseModel) -> dict[str, Any]:
    return {
        name: model_values(value) if isinstance(value, BaseModel) else value
        for name, value in model
    }


def as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_lists(each) for key, each in value.items()}
    return list(value) if isinstance(value, tuple) else value


def test_the_template_documents_every_setting_with_its_default() -> None:
    documented = uncommented()
    assert documented.pop("language") == "zh"
    expected = as_lists(model_values(Settings()))
    assert expected.pop("language") is None
    assert expected.pop("subscriptions") == []
    [subscription] = documented.pop("subscriptions")
    assert documented == expected
    defaults = SubscriptionSettings(to=("office@example.cn",), language="zh")
    assert subscription == as_lists(model_values(defaults))


def test_the_template_as_written_changes_nothing() -> None:
    assert tomllib.loads(settings_template()) == {}
    assert Settings.model_validate(uncommented()).crawler == Settings().crawler


def test_a_section_can_be_added_at_the_end_of_the_template() -> None:
    text = settings_template() + "\n[crawler]\ndelay = 0.5\n"
    assert Settings.model_validate(tomllib.loads(text)).crawler.delay == 0.5


def test_init_makes_settings_database_and_archive(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "county"
    done = nianbao("init", workspace=directory)
    assert (done.code, done.out) == (0, "")
    assert str(directory) in done.err.replace("\n", "")
    workspace = open_workspace(directory)
    assert workspace.settings == Settings()
    assert (directory / "archive").is_dir()
    assert (directory / "nianbao.toml").stat().st_mode & 0o077 == 0
    engine = create_database_engine(workspace.database_url)
    require_current(engine)
    engine.dispose()


def test_init_never_overwrites_a_workspace(tmp_path: Path) -> None:
    assert nianbao("init", workspace=tmp_path).code == 0
    settings = tmp_path / "nianbao.toml"
    settings.write_text("# mine\n")
    before = (tmp_path / "nianbao.db").read_bytes()
    done = nianbao("init", workspace=tmp_path)
    assert done.code == 2
    assert "nothing was changed" in done.err
    assert settings.read_text() == "# mine\n"
    assert (tmp_path / "nianbao.db").read_bytes() == before


def test_init_keeps_settings_and_brings_the_database_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "nianbao.toml").write_text("[crawler]\ndelay = 1.0\n")
    done = nianbao("init", workspace=tmp_path)
    assert done.code == 0
    assert (tmp_path / "nianbao.toml").read_text() == "[crawler]\ndelay = 1.0\n"
    assert (tmp_path / "nianbao.db").exists()
    assert nianbao("init", workspace=tmp_path).code == 2


def test_init_into_a_file_or_with_bad_settings_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert nianbao("init", workspace=tmp_path / "file").code == 2
    assert nianbao("init", workspace=tmp_path / "file" / "below").code == 2
    (tmp_path / "nianbao.toml").write_text("[crawler]\ndelai = 1\n")
    done = nianbao("init", workspace=tmp_path)
    assert done.code == 2
    assert "crawler.delai" in done.err
    assert not (tmp_path / "nianbao.db").exists()
