import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kg.errors import InputError
from kg.sources import documents, read

LARGE = 20 << 20  # the benchmark takes a gigabyte


def load_generator() -> ModuleType:
    file = Path(__file__).parents[3] / "benchmarks" / "broken_inputs.py"
    spec = importlib.util.spec_from_file_location("broken_inputs", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BROKEN = list(load_generator().make_broken(large=LARGE))


def test_there_are_three_hundred() -> None:
    assert len(BROKEN) == len({name for name, _ in BROKEN}) == 300


@pytest.mark.parametrize(("name", "write"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_broken_input_is_one_line_and_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Path], object]
) -> None:
    monkeypatch.setattr(documents, "_BOMB_BYTES", LARGE // 2)
    write(tmp_path / name)
    (tmp_path / "whole.txt").write_text("سخنگو گفت: گفت‌وگوها ادامه دارد.", encoding="utf-8")
    told: list[InputError] = []
    articles = list(read(tmp_path / name, tmp_path / "whole.txt", set_aside=told.append))
    assert articles[-1].id == "whole"
    assert [name in str(error) for error in told] == [True]
    assert "\n" not in str(told[0])
    assert len(str(told[0]).replace(str(tmp_path), "")) < 250
