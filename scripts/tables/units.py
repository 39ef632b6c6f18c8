"""The unit tables of `data/units` as the generators of this folder need them, and the ways a name is compared."""

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Combining grave, acute, tilde, hook above and dot below: the tones, which are written on one vowel or another.
TONES = "\u0300\u0301\u0303\u0309\u0323"

KIND_WORDS = {
    "tinh": "Tỉnh",
    "thanh_pho": "Thành phố",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi_xa": "Thị xã",
    "phuong": "Phường",
    "xa": "Xã",
    "thi_tran": "Thị trấn",
    "dac_khu": "Đặc khu",
}


def read_table(path):
    """The rows of a CSV table of this project, by column."""
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def key(name):
    """The same for two spellings of a name that differ only in case, normal form, place of the tone mark or hyphens."""
    syllables = []
    for syllable in re.split(r"[\s\-–'’.]+", unicodedata.normalize("NFD", name.strip().lower())):
        letters = "".join(c for c in syllable if c not in TONES)
        syllables.append(letters + "".join(c for c in syllable if c in TONES))
    return " ".join(s for s in syllables if s)


def without_marks(text):
    """A text as somebody types it who has no Vietnamese keyboard."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def bare(name):
    """The key of a name without marks."""
    return without_marks(key(name))


def full_name(unit):
    """`Phường Long Hoa`."""
    return f"{KIND_WORDS[unit['kind']]} {unit['name']}"


class Units:
    """Units of today and before 2025-07-01, and what became of what."""

    def __init__(self):
        former = read_table("data/units/former_units.csv")
        self.earlier = read_table("data/units/earlier_units.csv")
        self.provinces = {row["code"]: row for row in read_table("data/units/provinces.csv")}
        self.wards = {row["code"]: row for row in read_table("data/units/wards.csv")}
        self.former_provinces = {row["code"]: row for row in former if row["level"] == "province"}
        self.former_districts = {row["code"]: row for row in former if row["level"] == "district"}
        self.former_wards = {row["code"]: row for row in former if row["level"] == "ward"}
        # Wards of today on the ground of a former ward.
        self.successors = defaultdict(list)
        for row in read_table("data/units/conversion.csv"):
            self.successors[row["old_code"]].append(row["new_code"])
        # Wards of today on the ground of a former district.
        self.wards_of_district = defaultdict(set)
        for code, ward in self.former_wards.items():
            self.wards_of_district[ward["parent_code"]].update(self.successors[code])

    def province_of(self, ward_code):
        """The province of today of a ward of today."""
        return self.provinces[self.wards[ward_code]["province_code"]]

    def districts_after(self, code):
        """Every former district that has at least a third of the wards a district had in the oldest list of
        `earlier_units.csv`; the district itself where it has no wards (Côn Đảo)."""
        oldest = {}
        for row in self.earlier:
            if row["level"] == "ward" and (row["code"] not in oldest or row["until"] < oldest[row["code"]]["until"]):
                oldest[row["code"]] = row
        became = {row["code"]: row["became"] for row in self.earlier if row["level"] == "ward" and row["became"]}
        counts = defaultdict(int)
        for ward in set(self.former_wards) | set(oldest):
            parent = (oldest.get(ward) or self.former_wards[ward])["parent_code"]
            if parent != code:
                continue
            seen = set()
            while ward not in self.former_wards and ward in became and ward not in seen:
                seen.add(ward)
                ward = became[ward]
            if ward in self.former_wards:
                counts[self.former_wards[ward]["parent_code"]] += 1
        total = sum(counts.values())
        if total == 0 and code in self.former_districts:
            return [code]
        return sorted(district for district, count in counts.items() if count * 3 >= total)
