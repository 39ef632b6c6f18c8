"""How people spell a text otherwise: abbreviated kinds, what an input method that was off leaves behind, one letter wrong."""

import re
import unicodedata

from units import TONES

SHORT_KINDS = {
    "tinh": "T.",
    "thanh_pho": "TP.",
    "quan": "Q.",
    "huyen": "H.",
    "thi_xa": "TX.",
    "phuong": "P.",
    "xa": "X.",
    "thi_tran": "TT.",
    "dac_khu": "Đặc khu",
}

# Combining circumflex, breve and horn.
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TELEX_SHAPES = {BREVE: "w", HORN: "w"}
TELEX_TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "sfrxj"))
VNI_SHAPES = {CIRCUMFLEX: "6", BREVE: "8", HORN: "7"}
VNI_TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "12345"))


def abbreviated(unit, gap=" "):
    """`P. Long Hoa`, or `P.Long Hoa` without the gap."""
    short = SHORT_KINDS[unit["kind"]]
    return f"{short}{gap if short.endswith('.') else ' '}{unit['name']}"


def typed_raw(text, method):
    """The keys somebody pressed: the shape of a letter behind it, the tone at the end of the syllable."""
    words = []
    for word in text.split(" "):
        keys, tone = "", ""
        for letter in word:
            parts = unicodedata.normalize("NFD", letter)
            base, marks = parts[0], parts[1:]
            if base in "đĐ":
                keys += ("d" if base == "đ" else "D") + ("d" if method == "telex" else "9")
                continue
            keys += base
            for mark in marks:
                if mark in TONES:
                    tone = (TELEX_TONES if method == "telex" else VNI_TONES)[mark]
                elif method == "telex":
                    keys += TELEX_SHAPES.get(mark, base.lower())
                else:
                    keys += VNI_SHAPES[mark]
        # The tone goes before a comma that closes the word.
        end = len(keys.rstrip(",."))
        words.append(keys[:end] + tone + keys[end:])
    return " ".join(words)


def with_slip(name, random):
    """One letter left out, doubled, swapped with the next or replaced, in a word of three letters or more and not the first of it;
    and what was done."""
    longer = [word for word in re.finditer(r"[^\W\d_]{3,}", name)]
    places = [i for word in longer for i in range(word.start() + 1, word.end())]
    at = random.choice(places)
    slip = random.choice(["letter left out", "letter doubled", "letters swapped", "letter replaced"])
    if slip == "letter left out":
        return name[:at] + name[at + 1 :], slip
    if slip == "letter doubled":
        return name[:at] + name[at] + name[at:], slip
    if slip == "letters swapped" and name[at + 1 : at + 2].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :], slip
    slip = "letter replaced"
    other = random.choice([c for c in "abcdeghiklmnopqrstuvxy" if c != name[at].lower()])
    return name[:at] + other + name[at + 1 :], slip


def one_edit_apart(one, other):
    """Whether two texts are equal or one letter more, less or other apart, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a == b or a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
