"""The noun phrases that may be targets: where they end, and what points back to them."""

import pytest

from kg.extract.pipeline import read
from kg.model import Article


def names(text: str) -> set[str | None]:
    clusters = read(Article("1", text)).resolution.clusters.values()
    return {cluster.full_name for cluster in clusters if cluster.type in ("topic", "group")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("سفیر هند گفت: قطعنامه می‌تواند راهی تازه باز کند.", "قطعنامه"),
        ("سفیر هند گفت: این توافق ضربه‌ای سنگین به کشاورزان است.", "توافق"),
        pytest.param(
            "سفیر هند گفت: نشست به نتیجه‌ای روشن رسید.",
            "نشست",
            marks=pytest.mark.xfail(strict=True, reason="a goal of the verb is taken for the noun's"),
        ),
        ("سفیر هند گفت: دستگاه‌های اجرایی به وظیفه خود عمل کنند.", "دستگاه‌های اجرایی"),
        ("سفیر هند گفت: حمله پهپادی به کشتی هندی پذیرفتنی نیست.", "حمله پهپادی به کشتی هندی"),
        ("سفیر هند گفت: همکاری بانکی با همسایگان سودمند است.", "همکاری بانکی با همسایگان"),
        ("سفیر هند گفت: مذاکرات مستقیم با همسایگان زمینه را برای صلح آماده می‌کند.", "مذاکرات مستقیم با همسایگان"),
        ("سفیر هند گفت: محدودیت‌های تازه علیه تهران فرصت گفت‌وگو را می‌گیرد.", "محدودیت‌های تازه علیه تهران"),
        ("سفیر هند گفت: برخی کشورهای منطقه در این حمله نقشی ندارند.", "کشورهای منطقه"),
        ("سفیر هند گفت: از گفت‌وگو میان دهلی و اسلام‌آباد استقبال می‌کنیم.", "گفت‌وگو میان دهلی و اسلام‌آباد"),
    ],
)
def test_a_phrase_ends_where_its_clause_goes_on(text: str, name: str) -> None:
    assert name in names(text)


def test_a_pointing_phrase_is_what_it_points_back_to() -> None:
    text = "سفیر هند گفت: حمله به بندر چابهار جنایت است.\nاو افزود: این حمله باعث گرانی خواهد شد."
    assert {name for name in names(text) if name and name.startswith("حمله")} == {"حمله به بندر چابهار"}
