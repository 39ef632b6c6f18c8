#!/usr/bin/env python3
"""Writes `tests/geocode/frozen2.csv`: texts drawn by rules from the tables, in the columns of `frozen.csv`.

Nobody looked at what the engine makes of them: they are reported and never tuned to. A draw that a person could not decide is
drawn again, and so is a text that stands in `frozen.csv` or `cases.csv`. Each function below is one category (`mark`) and says
its rule.
"""

import csv
import random
import re
from collections import Counter, defaultdict

from spellings import abbreviated, one_edit_apart, typed_raw, with_slip
from units import ROOT, Units, bare, full_name, read_table, without_marks

TARGET = ROOT / "tests/geocode/frozen2.csv"
COLUMNS = ("query expected_label expected_ward_code expected_kind expected_housenumber expected_street expected_province "
           "expected_former limit lat lon typing mark comment").split()
SEED = 2025

# What an alley is called besides hẻm, by the province of today; Hà Nội has ngõ and ngách.
ALLEY_WORDS = {"46": "kiệt", "48": "kiệt"}
# What was above the wards of Huế while they had the districts that ended.
PROVINCES_THEN = {"46": "Tỉnh Thừa Thiên Huế"}


def label(street):
    """A street that is called by a number as it is written behind a house number: `Đường số 7`."""
    if street.startswith("Số "):
        return f"Đường số {street[3:]}"
    return f"Đường {street}" if street[:1].isdigit() else street


class Old:
    """A former ward with its district and its province, and where it is today."""

    def __init__(self, units, code):
        self.code = code
        self.ward = units.former_wards[code]
        self.district = units.former_districts[self.ward["parent_code"]]
        self.province = units.former_provinces[self.district["parent_code"]]
        self.today = units.successors[code]


class Frozen:
    """The rows so far, and what can be drawn."""

    def __init__(self):
        self.units = Units()
        self.random = random.Random(SEED)
        self.rows = []
        self.seen = {row["query"] for file in ("frozen", "cases") for row in read_table(f"tests/geocode/{file}.csv")}
        self.wards = sorted(self.units.wards)
        self.olds = [Old(self.units, code) for code in sorted(self.units.former_wards) if self.units.successors[code]]
        self.today_alike, self.old_alike, self.district_alike = Counter(), Counter(), Counter()
        for ward in self.units.wards.values():
            self.today_alike[ward["province_code"], ward["kind"], bare(ward["name"])] += 1
        for old in self.olds:
            self.old_alike[old.district["code"], bare(old.ward["name"])] += 1
            self.old_alike[old.province["code"], bare(old.ward["name"])] += 1
            self.old_alike[bare(old.district["name"]), bare(old.ward["name"])] += 1
        for district in self.units.former_districts.values():
            self.district_alike[district["parent_code"], bare(district["name"])] += 1
        # Whether a name is also one of a unit of another level or time, by the province of today: then the kind is needed.
        self.names_in_province = defaultdict(set)
        for old in self.olds:
            for code in old.today:
                here = self.units.wards[code]["province_code"]
                self.names_in_province[here, bare(old.ward["name"])].add(old.code)
                self.names_in_province[here, bare(old.district["name"])].add(old.district["code"])

    def add(self, mark, query, comment, ward="", kind="Ward", number="", street="", province="", former="", limit=1):
        """One row; not a second one of the same text, unless its answers are several."""
        if query in self.seen and mark != "split_wards":
            return
        values = [query, "", ward, kind, number, label(street), province, former, limit, "", "", "", mark, comment]
        self.rows.append(dict(zip(COLUMNS, values)))
        self.seen.add(query)

    def draw(self, mark, count, pool, write):
        """Draws until `count` texts are there; `write` gives (query, comment, ward code) or nothing where it cannot be decided."""
        for drawn in self.random.sample(pool, len(pool)):
            if count == 0:
                return
            written = write(drawn)
            if written and written[0] not in self.seen:
                query, comment, ward = written
                self.add(mark, query, comment, ward)
                count -= 1
        raise SystemExit(f"{mark}: {count} texts too few; widen its rule")

    def province(self, code):
        return self.units.province_of(code)

    def is_one(self, code):
        """Whether kind, name and province name one ward of today, even without marks."""
        ward = self.units.wards[code]
        return self.today_alike[ward["province_code"], ward["kind"], bare(ward["name"])] == 1

    def is_one_without_kind(self, code):
        """The same without the kind: no unit of another kind or time has the name there, but those on its own ground."""
        ward = self.units.wards[code]
        here = ward["province_code"]
        alike = sum(self.today_alike[here, kind, bare(ward["name"])] for kind in ("phuong", "xa", "dac_khu"))
        others = self.names_in_province[here, bare(ward["name"])]
        return alike == 1 and all(other in self.units.former_wards and self.units.successors[other] == [code] for other in others)

    def is_whole(self, old):
        """A former ward that went whole into one ward of today and is named by itself, its district and its province."""
        return (len(old.today) == 1 and self.old_alike[old.district["code"], bare(old.ward["name"])] == 1
                and self.district_alike[old.province["code"], bare(old.district["name"])] == 1)


def today(frozen):
    """Wards of today with their province: in full, kinds cut in three ways, no marks, no marks and no commas, upper case, reversed,
    no kinds."""
    def full(ward, province):
        return f"{full_name(ward)}, {full_name(province)}"

    spellings = [
        ("today_full", 15, "in full", full),
        ("today_abbreviated", 6, "short kinds", lambda w, p: f"{abbreviated(w)}, {abbreviated(p)}"),
        ("today_abbreviated", 6, "short kinds, no spaces", lambda w, p: f"{abbreviated(w, '')},{abbreviated(p, '')}"),
        ("today_abbreviated", 6, "short kind, no comma, lower case", lambda w, p: f"{abbreviated(w)} {p['name']}".lower()),
        ("today_no_marks", 8, "no marks", lambda w, p: without_marks(full(w, p))),
        ("today_no_marks", 8, "no marks, no commas", lambda w, p: without_marks(full(w, p)).lower().replace(",", "")),
        ("today_upper_case", 10, "upper case", lambda w, p: full(w, p).upper()),
        ("today_reversed", 6, "reversed", lambda w, p: f"{full_name(p)}, {full_name(w)}"),
        ("today_reversed", 6, "reversed, country in front", lambda w, p: f"Việt Nam, {p['name']}, {full_name(w)}"),
    ]
    for mark, count, comment, write in spellings:
        def written(code):
            is_one = frozen.is_one(code)
            return (write(frozen.units.wards[code], frozen.province(code)), comment, code) if is_one else None
        frozen.draw(mark, count, frozen.wards, written)

    def bare_ward(code):
        ward, province = frozen.units.wards[code], frozen.province(code)
        if not frozen.is_one_without_kind(code) or ward["name"] == province["name"]:
            return None
        return f"{ward['name']}, {province['name']}", "no kinds", code

    frozen.draw("today_no_kinds", 15, frozen.wards, bare_ward)


def before(frozen):
    """Former wards that are whole in one ward of today, with district and province of their time, in the same spellings."""
    def full(ward, district, province):
        return f"{full_name(ward)}, {full_name(district)}, {full_name(province)}"

    def short(ward, district, province):
        return f"{abbreviated(ward)}, {abbreviated(district)}, {abbreviated(province)}"

    spellings = [
        ("before_full", 12, "in full", full),
        ("before_abbreviated", 8, "short kinds", short),
        ("before_abbreviated", 8, "short kinds, no spaces",
         lambda w, d, p: f"{abbreviated(w, '')},{abbreviated(d, '')},{p['name']}"),
        ("before_no_marks", 6, "no marks", lambda w, d, p: without_marks(full(w, d, p)).lower()),
        ("before_no_marks", 6, "no marks, no commas", lambda w, d, p: without_marks(full(w, d, p)).lower().replace(",", "")),
        ("before_upper_case", 8, "upper case", lambda w, d, p: full(w, d, p).upper()),
        ("before_reversed", 8, "reversed", lambda w, d, p: f"{full_name(p)}, {full_name(d)}, {full_name(w)}"),
    ]
    for mark, count, comment, write in spellings:
        def written(old):
            is_whole = frozen.is_whole(old)
            return (write(old.ward, old.district, old.province), comment, old.today[0]) if is_whole else None
        frozen.draw(mark, count, frozen.olds, written)

    def bare_old(old):
        names = {bare(unit["name"]) for unit in (old.ward, old.district, old.province)}
        is_numbered = old.ward["name"].isdigit() or old.district["name"].isdigit()
        if not frozen.is_whole(old) or len(names) < 3 or is_numbered:
            return None
        return f"{old.ward['name']}, {old.district['name']}, {old.province['name']}", "no kinds", old.today[0]

    frozen.draw("before_no_kinds", 12, frozen.olds, bare_old)


def levels_left_out(frozen):
    """A former ward without its district, where its former province had the name once and no ward of today there has it; and
    without its province, where no other pair of that ward and district is in the country."""
    def no_district(old):
        here = frozen.units.wards[old.today[0]]["province_code"]
        is_there_today = any(frozen.today_alike[here, kind, bare(old.ward["name"])] for kind in ("phuong", "xa", "dac_khu"))
        once = frozen.old_alike[old.province["code"], bare(old.ward["name"])] == 1
        in_today = frozen.names_in_province[here, bare(old.ward["name"])] == {old.code}
        if not frozen.is_whole(old) or is_there_today or not once or not in_today:
            return None
        return f"{full_name(old.ward)}, {full_name(old.province)}", "district left out", old.today[0]

    def no_province(old):
        ward, district = bare(old.ward["name"]), bare(old.district["name"])
        if not frozen.is_whole(old) or frozen.old_alike[district, ward] != 1 or ward.isdigit() or ward == district:
            return None
        return f"{full_name(old.ward)}, {full_name(old.district)}", "province left out", old.today[0]

    frozen.draw("levels_left_out", 12, frozen.olds, no_district)
    frozen.draw("levels_left_out", 12, frozen.olds, no_province)


def old_and_new_mixed(frozen):
    """A former ward and district with the province of today; a ward of today with the district or the province its ground had."""
    def province_of_today(old):
        province = frozen.province(old.today[0])
        if not frozen.is_whole(old) or bare(province["name"]) == bare(old.province["name"]):
            return None
        query = f"{full_name(old.ward)}, {full_name(old.district)}, {full_name(province)}"
        return query, "old ward and district, province of today", old.today[0]

    def grounds(code):
        return [old for old in frozen.olds if old.today == [code]]

    def old_province(code):
        ward = frozen.units.wards[code]
        was = {old.province["code"] for old in grounds(code)}
        if not frozen.is_one(code) or len(was) != 1:
            return None
        province = frozen.units.former_provinces[was.pop()]
        others = frozen.old_alike[province["code"], bare(ward["name"])]
        if bare(province["name"]) == bare(frozen.province(code)["name"]) or others > 1:
            return None
        return f"{full_name(ward)}, {full_name(province)}", "ward of today, old province", code

    def old_district(code):
        ward, was = frozen.units.wards[code], grounds(code)
        districts = {old.district["code"] for old in was}
        if not frozen.is_one(code) or len(districts) != 1:
            return None
        district = was[0].district
        # A ward of that name in the district that is now elsewhere could be meant as well.
        namesakes = [old for old in frozen.olds if old.district is district and bare(old.ward["name"]) == bare(ward["name"])]
        if any(old.today != [code] for old in namesakes) or bare(district["name"]) == bare(ward["name"]):
            return None
        return f"{full_name(ward)}, {full_name(district)}, {frozen.province(code)['name']}", "ward of today, old district", code

    frozen.draw("old_and_new_mixed", 12, frozen.olds, province_of_today)
    frozen.draw("old_and_new_mixed", 10, frozen.wards, old_province)
    frozen.draw("old_and_new_mixed", 10, frozen.wards, old_district)


def split_wards(frozen):
    """Former wards that were split over two or three wards of today: a row for each of them, which has to be among the first so
    many."""
    split = [old for old in frozen.olds if len(old.today) in (2, 3)
             and frozen.old_alike[old.district["code"], bare(old.ward["name"])] == 1
             and frozen.district_alike[old.province["code"], bare(old.district["name"])] == 1]
    for nth, old in enumerate(frozen.random.sample(split, 12)):
        query = f"{full_name(old.ward)}, {full_name(old.district)}, {full_name(old.province)}"
        if nth % 3 == 1:
            query = f"{abbreviated(old.ward)}, {abbreviated(old.district)}, {abbreviated(old.province)}"
        elif nth % 3 == 2:
            query = without_marks(query).lower()
        for code in sorted(old.today):
            frozen.add("split_wards", query, f"one of {len(old.today)} parts", code, former=old.code, limit=len(old.today))


def one_slip(frozen):
    """A ward of today in full with one letter of its name wrong, so that it is no other name there and near to no other."""
    def slipped(code):
        ward, province = frozen.units.wards[code], frozen.province(code)
        if not frozen.is_one(code) or not re.search(r"[^\W\d_]{3}", ward["name"]):
            return None
        name, slip = with_slip(ward["name"], frozen.random)
        typed = bare(name)
        wards = frozen.units.wards
        here = [w["name"] for w in wards.values() if w["province_code"] == ward["province_code"] and w is not ward]
        here += [old.ward["name"] for old in frozen.olds
                 if old.today != [code] and wards[old.today[0]]["province_code"] == ward["province_code"]]
        if typed == bare(ward["name"]) or any(one_edit_apart(typed, bare(other)) for other in here):
            return None
        return f"{full_name(ward).replace(ward['name'], name)}, {full_name(province)}", slip, code

    frozen.draw("one_slip", 24, frozen.wards, slipped)


def input_method_off(frozen):
    """Wards of today and of before as Telex and VNI leave them when they are off, the tone at the end of its syllable."""
    def ward(method, comment):
        def written(code):
            text = f"{full_name(frozen.units.wards[code])}, {full_name(frozen.province(code))}".lower()
            return (typed_raw(text, method), comment, code) if frozen.is_one(code) else None
        return written

    def old(method, comment):
        def written(old):
            text = f"{full_name(old.ward)}, {full_name(old.district)}, {full_name(old.province)}".lower()
            return (typed_raw(text, method), comment, old.today[0]) if frozen.is_whole(old) else None
        return written

    for method, name in (("telex", "Telex"), ("vni", "VNI")):
        frozen.draw("input_method_off", 8, frozen.wards, ward(method, f"{name}, ward of today"))
        frozen.draw("input_method_off", 6, frozen.olds, old(method, f"{name}, former ward"))


def hcm_forms(frozen):
    """Wards of Hồ Chí Minh City, of today and numbered ones of before, with what people write for the city."""
    city = ["TP.HCM", "TP HCM", "TPHCM", "tp.hcm", "Tp. HCM", "HCM", "TP. Hồ Chí Minh", "Sài Gòn", "tp ho chi minh",
            "Thành Phố Hồ Chí Minh"]
    here = [code for code in frozen.wards if frozen.units.wards[code]["province_code"] == "79" and frozen.is_one(code)]
    for form, code in zip(city, frozen.random.sample(here, len(city))):
        frozen.add("hcm_forms", f"{full_name(frozen.units.wards[code])}, {form}", f"ward of today; {form}", code)
    numbered = [old for old in frozen.olds
                if old.province["code"] == "79" and old.ward["name"].isdigit() and frozen.is_whole(old)]
    ways = [("Phường {w}, {D}, {c}", "in full"), ("P.{w}, {d}, {c}", "short"), ("phuong {w} {D} {c}", "no commas"),
            ("P{w}, {d}, {c}", "no dot")]
    for nth, old in enumerate(frozen.random.sample(numbered, 12)):
        way, comment = ways[nth % len(ways)]
        number = old.ward["name"].lstrip("0")
        query = way.format(w=number, D=full_name(old.district), d=abbreviated(old.district, ""), c=city[nth % len(city)])
        frozen.add("hcm_forms", query, f"numbered ward, {comment}; {city[nth % len(city)]}", old.today[0])


def code_and_country_behind(frozen):
    """Wards with a postal code, a country or both behind them; the codes are of provinces whose two digits are known."""
    ends = ["Việt Nam", "Vietnam", "VN", "Viet Nam", "{code}", "{code}, Việt Nam", "{code} Vietnam"]
    codes = {"79": "70000", "80": "80000", "22": "01000", "75": "76000"}
    for province in codes:
        pool = [code for code in frozen.wards if frozen.units.wards[code]["province_code"] == province and frozen.is_one(code)]
        for nth, code in enumerate(frozen.random.sample(pool, 4)):
            end = ends[(nth * 2 + len(frozen.rows)) % len(ends)].format(code=codes[province])
            gap = " " if end[0].isdigit() else ", "
            query = f"{full_name(frozen.units.wards[code])}, {frozen.province(code)['name']}{gap}{end}"
            frozen.add("code_and_country_behind", query, f"{end} behind", code)


def districts_that_are_no_more(frozen):
    """Wards with a district that ended between 2019 and 2025, as the list of that time has them."""
    units = frozen.units
    ended = {row["code"]: row for row in units.earlier if row["level"] == "district" and row["became"]}
    pool = []
    for row in units.earlier:
        if row["level"] != "ward" or row["parent_code"] not in ended or row["became"]:
            continue
        # A code that a later district has too: only while it was the ended one.
        district = ended[row["parent_code"]]
        if row["until"] <= district["until"] and len(units.successors[row["code"]]) == 1:
            pool.append((row, district))
    pool.sort(key=lambda pair: (pair[0]["code"], pair[0]["until"]))
    drawn = Counter()

    def written(pair):
        row, district = pair
        # At most two of one district, so that Thủ Đức and Quận 9 do not fill the category.
        if drawn[district["code"]] == 2 or bare(row["name"]) == bare(district["name"]):
            return None
        drawn[district["code"]] += 1
        province = district["parent_code"]
        province = PROVINCES_THEN.get(province) or full_name(units.former_provinces[province])
        query = f"{full_name(row)}, {full_name(district)}, {province}"
        return query, f"{full_name(district)} ended by {district['until']}", units.successors[row["code"]][0]

    frozen.draw("districts_no_more", 18, pool, written)


def town_addresses(frozen):
    """Doors of the small town and the streets of other cities beside it (`streets.csv`, `addresses.csv`) with chains and letters
    in their numbers, in the forms of today and of before; only doors whose number, street and ward are one."""
    streets = {row["street_id"]: row for row in read_table("tests/geocode/streets.csv")}
    doors = []
    for door in read_table("tests/geocode/addresses.csv"):
        if not door["street_id"]:
            continue
        street, chain = streets[door["street_id"]], []
        while street["kind"] == "alley":
            chain.insert(0, street["name"])
            street = streets[street["parent_id"]]
        # A door may have the chain in its number already.
        alleys = "".join(f"{alley}/" for alley in chain)
        house = door["number"].removeprefix(alleys)
        doors.append((alleys + house, house, chain, street, door))
    alike = Counter((number.lower(), street["name"], door["ward_code"]) for number, _, _, street, door in doors)
    doors = [d for d in doors if alike[d[0].lower(), d[3]["name"], d[4]["ward_code"]] == 1]
    def expected(number):
        return number.upper().removeprefix("LÔ ").replace(" ", "")

    for nth, (number, house, chain, street, door) in enumerate(doors):
        ward = frozen.units.wards[door["ward_code"]]
        province = frozen.province(door["ward_code"])
        old = Old(frozen.units, door["former_code"]) if door["former_code"] in frozen.units.former_wards else None
        name = street["name"]
        written = [
            (f"{number} {name}, {full_name(ward)}, {full_name(province)}", "ward of today in full"),
            (f"Số {number} {name}, {abbreviated(ward)}, {abbreviated(province)}", "short kinds"),
            (without_marks(f"{number} {name} {ward['name']} {province['name']}").lower(), "no marks, no commas, no kinds"),
            (f"{full_name(province)}, {full_name(ward)}, {name}, {number}", "reversed"),
            (f"{number} {name}, {full_name(ward)}, {province['name']}, Việt Nam", "country behind"),
        ]
        if old:
            short = f"{abbreviated(old.ward)}, {abbreviated(old.district)}, {old.province['name']}"
            written.append((f"{number} {name}, {short}", "old ward, short kinds"))
            # A number alone is no ward.
            above = [unit["name"] if not unit["name"].isdigit() else full_name(unit) for unit in (old.ward, old.district)]
            written.append((f"{number} {name}, {', '.join(above)}".upper(), "old ward and district, upper case"))
        query, comment = written[nth % len(written)]
        frozen.add("town_addresses", query, comment, door["ward_code"], "Address", expected(number), name)
        if chain:
            words = f"Số {house} {ALLEY_WORDS.get(ward['province_code'], 'hẻm')} {'/'.join(chain)} đường {name}"
            if ward["province_code"] == "01":
                inner = [f"ngách {chain[1]}"] if len(chain) > 1 else []
                words = " ".join([f"Số {house}", *inner, f"ngõ {chain[0]}", f"phố {name}"])
            query = f"{words}, {full_name(ward)}, {full_name(province)}"
            frozen.add("town_addresses", query, "the chain in words", door["ward_code"], "Address", expected(number), name)


def main():
    frozen = Frozen()
    for category in (today, before, levels_left_out, old_and_new_mixed, split_wards, one_slip, input_method_off, hcm_forms,
                     code_and_country_behind, districts_that_are_no_more, town_addresses):
        category(frozen)
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(frozen.rows)
    print(len(frozen.rows), dict(Counter(row["mark"] for row in frozen.rows)))


if __name__ == "__main__":
    main()
