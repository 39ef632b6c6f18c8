#!/usr/bin/env python3
"""Writes `data/streets/streets_by_district.csv` from a table `province,district_kind,district,street` of March 2019.

    scripts/tables/streets_by_district.py SOURCE.csv.gz

A district of the source is matched by province, kind and name; by province and name where only one has that name, since the
source has kinds that were older than it is; then by a spelling without marks, spaces and the difference of i and y. One that
is not found is told and left out, never guessed.
"""

import csv
import gzip
import re
import sys
import unicodedata
from collections import Counter, defaultdict

from units import KIND_WORDS, ROOT, Units, bare, key

TARGET = ROOT / "data/streets/streets_by_district.csv"
KINDS = {"huyện": "huyen", "quận": "quan", "thị xã": "thi_xa", "thành phố": "thanh_pho"}
# Names of the source that no rule leads to ours. Thừa Thiên Huế is thành phố Huế since 2025-01-01.
PROVINCE_NAMES = {key("Thừa Thiên Huế"): key("Huế")}
DISTRICT_NAMES = {key("Xi Ma Cai"): "Si Ma Cai", key("Đảo Phú Quý"): "Phú Quí"}


def loose(name):
    """The letters of a name alone."""
    return bare(name).replace(" ", "").replace("y", "i")


class Districts:
    """The districts before 2025-07-01 and those that ended since 2019, to be found by what a source calls them."""

    def __init__(self, units):
        self.units = units
        self.provinces = {key(row["name"]): code for code, row in units.former_provinces.items()}
        # What a district was called in older lists comes first: it is what a list of 2019 means.
        self.named = defaultdict(list)
        for row in units.earlier:
            if row["level"] == "district":
                self.named[row["parent_code"]].append(row)
        for row in units.former_districts.values():
            self.named[row["parent_code"]].append(row)

    def find(self, province, kind, name):
        """The districts of ours on the ground of the one that is meant; none where it cannot be told."""
        province = key(province)
        code = self.provinces.get(PROVINCE_NAMES.get(province, province))
        kind = KINDS.get(unicodedata.normalize("NFC", kind).strip().lower(), "")
        words = name.split()
        if words[0].lower() in KINDS and len(words) > 1:
            kind, name = KINDS[words[0].lower()], " ".join(words[1:])
        name = DISTRICT_NAMES.get(key(name), name)
        there = self.named[code]
        for rows in (
            [row for row in there if row["kind"] == kind and key(row["name"]) == key(name)],
            [row for row in there if key(row["name"]) == key(name)],
            [row for row in there if loose(row["name"]) == loose(name)],
        ):
            # Two codes may lead to one district: Đạ Huoai was 681 and gave its name to 682, which took it over.
            grounds = {tuple(self.units.districts_after(row["code"])) for row in rows}
            if grounds:
                return list(grounds.pop()) if len(grounds) == 1 else []
        return []


def cleaned(street):
    """The name in NFC, without invisible characters, with single spaces, without a comma behind it."""
    street = "".join(c for c in unicodedata.normalize("NFC", street) if unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(street.split()).rstrip(",;")


def is_alley_number(street):
    """`248/1` is a house number; `30/4` is a date, and streets are called by dates."""
    numbers = re.fullmatch(r"(\d+)/(\d+)", street)
    return bool(numbers) and not (1 <= int(numbers[1]) <= 31 and 1 <= int(numbers[2]) <= 12)


def main():
    if len(sys.argv) != 2:
        sys.exit("Name the source: scripts/tables/streets_by_district.py SOURCE.csv.gz")
    units = Units()
    districts = Districts(units)
    wards = {(row["parent_code"], key(f"{KIND_WORDS[row['kind']]} {row['name']}")) for row in units.former_wards.values()}
    with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    codes, left_out, dropped = {}, Counter(), Counter()
    spellings, found = defaultdict(Counter), defaultdict(set)
    for row in rows:
        source = (row["province"], row["district_kind"], row["district"])
        if source not in codes:
            codes[source] = districts.find(*source)
        street = cleaned(row["street"])
        if not codes[source]:
            left_out[" ".join(source)] += 1
        elif not street:
            dropped["nothing"] += 1
        elif is_alley_number(street):
            dropped["a house number"] += 1
        elif any((code, key(street)) in wards for code in codes[source]):
            dropped["a ward with its kind"] += 1
        else:
            spellings[street.lower()][street] += 1
            found[street.lower()].update(codes[source])
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "districts"])
        for street in sorted(found):
            # The spelling most districts have; the first by code point of equals.
            name = min(spellings[street], key=lambda spelling: (-spellings[street][spelling], spelling))
            writer.writerow([name, " ".join(sorted(found[street]))])

    reached = set().union(*codes.values())
    print(f"{len(rows)} rows, {len(codes)} districts of the source, {len(reached)} of ours, {len(found)} names,",
          f"{sum(map(len, found.values()))} pairs, {TARGET.stat().st_size} bytes")
    print("dropped:", dict(dropped))
    print("districts not found:", dict(left_out))
    print("districts that became several:", [(s, c) for s, c in codes.items() if len(c) > 1])


if __name__ == "__main__":
    main()
