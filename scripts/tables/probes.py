#!/usr/bin/env python3
"""Writes `tests/geocode/probes.csv`: texts in which a typed kind binds.

A ward of today that is named with its kind and its province is that ward, whatever else has the name: a former ward whose ground
went elsewhere, a former district, a unit of another kind. Kinds of texts:

- `split_namesake`: a former ward was split, and one of the wards of today on its ground kept the name. The street of the text is
  known in another of them. Four spellings of each pair.
- `older_namesake`: the same where the former ward of that name lies elsewhere in the province of today.
- `like_a_district`: the ward has the name of a former district, here or in another province. The street is known in another ward
  of that district, in the ward itself, or nowhere.
- `kind_binds`: no street; a unit with that name and another kind was or is there.

Columns: `text`; `ward_code`, the ward that stands first; `kind`; `street_ward_code`, the ward in which the street has to be made
known before the text is asked, empty for nowhere; `street`, the name of that street, another one in each text.

Left out: texts that no person could decide, because two wards of today of one kind in one province have the name as it is typed.
"""

import csv
import random
from collections import Counter, defaultdict

from street_names import StreetNames
from units import ROOT, Units, bare, full_name, key, without_marks

TARGET = ROOT / "tests/geocode/probes.csv"
SHORT_KINDS = {"phuong": "P.", "xa": "X.", "dac_khu": "Đặc khu"}
SHORT_PROVINCE_KINDS = {"thanh_pho": "TP.", "tinh": "T."}
LIKE_A_DISTRICT = 1500
KIND_ELSEWHERE = 100


class Probes:
    """The texts so far, and what each kind leaves out."""

    def __init__(self):
        self.units = Units()
        self.streets = StreetNames(self.units, seed=14)
        self.random = random.Random(14)
        self.rows, self.left_out = [], Counter()
        self.typed_alike = Counter()
        for ward in self.units.wards.values():
            for spelling in (key(ward["name"]), bare(ward["name"])):
                self.typed_alike[ward["province_code"], ward["kind"], spelling] += 1
            if key(ward["name"]) == bare(ward["name"]):
                self.typed_alike[ward["province_code"], ward["kind"], bare(ward["name"])] -= 1

    def is_decidable(self, ward, has_marks):
        spelling = key(ward["name"]) if has_marks else bare(ward["name"])
        return self.typed_alike[ward["province_code"], ward["kind"], spelling] == 1

    def add(self, kind, ward_code, street_ward_code, spelling, has_street=True, has_number=False):
        """One text in one of the spellings 0 (in full), 1 (short kinds), 2 (no marks), 3 (province without its kind)."""
        ward, province = self.units.wards[ward_code], self.units.province_of(ward_code)
        if not self.is_decidable(ward, has_marks=spelling != 2):
            self.left_out[kind] += 1
            return
        street = self.streets.next() if has_street else ""
        unit, whole = full_name(ward), full_name(province)
        way = street
        if spelling == 1:
            unit = f"{SHORT_KINDS[ward['kind']]} {ward['name']}"
            whole = f"{SHORT_PROVINCE_KINDS[province['kind']]} {province['name']}"
            way = f"Đ. {street}"
        elif spelling == 3:
            whole = province["name"]
        if has_number:
            way = f"{self.random.randint(1, 399)} {way}"
        text = f"{way}, {unit}, {whole}" if has_street else f"{unit}, {whole}"
        if spelling == 2:
            text = without_marks(text).lower()
        self.rows.append([text, ward_code, kind, street_ward_code, street])


def namesakes(units):
    """Pairs (ward of today, other ward of today in its province on the ground of a former ward of the same name), by whether the
    former ward was split between the two."""
    former = defaultdict(set)
    for code, ward in units.former_wards.items():
        former[key(ward["name"])].add(code)
    for row in units.earlier:
        if row["level"] == "ward" and (row["became"] or row["code"]) in units.former_wards:
            former[key(row["name"])].add(row["became"] or row["code"])
    split, elsewhere = set(), set()
    for code, ward in units.wards.items():
        for old in former[key(ward["name"])]:
            for other in units.successors[old]:
                if other != code and units.wards[other]["province_code"] == ward["province_code"]:
                    (split if code in units.successors[old] else elsewhere).add((code, other))
    return sorted(split), sorted(elsewhere - split)


def wards_of_namesake_district(units):
    """For a ward of today with the name of a former district: the other wards of today on the ground of such a district, those of
    its own district or province where there are any."""
    districts = defaultdict(set)
    for code, district in units.former_districts.items():
        districts[key(district["name"])].add(code)
    for row in units.earlier:
        if row["level"] == "district":
            districts[key(row["name"])].update(units.districts_after(row["code"]))
    others = {}
    for code, ward in sorted(units.wards.items()):
        named = sorted(districts[key(ward["name"])])
        if not named:
            continue
        own = [d for d in named if code in units.wards_of_district[d]]
        near = [d for d in named if any(units.wards[w]["province_code"] == ward["province_code"] for w in units.wards_of_district[d])]
        ground = set().union(*(units.wards_of_district[d] for d in own or near or named))
        others[code] = sorted(ground - {code})
    return others


def units_of_other_kinds(units):
    """Wards of today whose name a unit of another kind had in the same province of today, and those whose name a ward of another
    kind has elsewhere."""
    here, today = defaultdict(set), defaultdict(set)
    for old, ward in units.former_wards.items():
        for new in units.successors[old]:
            here[key(ward["name"]), units.wards[new]["province_code"]].add(ward["kind"])
    for ward in units.wards.values():
        today[key(ward["name"])].add(ward["kind"])
    near, far = [], []
    for code, ward in sorted(units.wards.items()):
        if here[key(ward["name"]), ward["province_code"]] - {ward["kind"]}:
            near.append(code)
        elif today[key(ward["name"])] - {ward["kind"]}:
            far.append(code)
    return near, far


def main():
    probes = Probes()
    units = probes.units
    split, elsewhere = namesakes(units)
    for code, other in split:
        for spelling in range(4):
            probes.add("split_namesake", code, other, spelling, has_number=spelling == 3)
    for nth, (code, other) in enumerate(elsewhere):
        probes.add("older_namesake", code, other, nth % 4)

    others = wards_of_namesake_district(units)
    for code, near in others.items():
        probes.add("like_a_district", code, probes.random.choice(near) if near else "", 0, has_number=True)
    first_round = sum(row[2] == "like_a_district" for row in probes.rows)
    again = sorted(probes.random.sample(sorted(others), len(others)))
    room = LIKE_A_DISTRICT - first_round
    for nth, code in enumerate(sorted(probes.random.sample(again, min(room, len(again))))):
        choices = [probes.random.choice(others[code]) if others[code] else "", code, ""]
        probes.add("like_a_district", code, choices[nth % 3], 1 + nth % 2, has_number=True)

    near, far = units_of_other_kinds(units)
    for nth, code in enumerate(near + sorted(probes.random.sample(far, KIND_ELSEWHERE))):
        probes.add("kind_binds", code, "", nth % 4, has_street=False)

    probes.rows.sort(key=lambda row: (row[2], row[1], row[3], row[0]))
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "ward_code", "kind", "street_ward_code", "street"])
        writer.writerows(probes.rows)
    print("texts:", dict(Counter(row[2] for row in probes.rows)), "left out:", dict(probes.left_out))


if __name__ == "__main__":
    main()
