import pytest

from kg.errors import InputError
from server.settings import SETTINGS, Settings, read_settings


def test_the_table_and_the_values_are_one() -> None:
    values = Settings()
    for setting in SETTINGS:
        assert getattr(values, setting.name.lower()) == setting.default
        assert isinstance(setting.default, setting.type)
        assert setting.help.endswith(".")
        assert setting.option == "--" + setting.name.lower().replace("_", "-")
        assert setting.variable == f"MAVAZE_{setting.name}"


def test_options_come_before_the_environment() -> None:
    environment = {"MAVAZE_TIME_LIMIT": "3.5", "MAVAZE_ROW_LIMIT": "7", "MAVAZE_OTHER": "x"}
    settings = read_settings({"row_limit": 9, "workers": None}, environment)
    assert (settings.time_limit, settings.row_limit, settings.workers) == (3.5, 9, 0)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("TIME_LIMIT", "long", "a number"),
        ("ROW_LIMIT", "1.5", "a whole number"),
        ("ROW_LIMIT", "0", "not below 1"),
        ("DEFAULT_GRAPH", "all", "union, own"),
        ("BASE", "here", "ends with /"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        read_settings(environment={f"MAVAZE_{name}": value})
    assert str(error.value).startswith(f"{name}: ")
    assert remedy in str(error.value)
