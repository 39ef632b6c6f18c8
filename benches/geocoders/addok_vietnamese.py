"""addok for Vietnamese addresses, as its documentation asks an operator to write it for a country.

House numbers keep their slashes and letters (36/45B is one number, wherever it stands), abbreviations of units
are spelt out, and an answer is also compared with the address as it was before the reform.
"""
import re

from addok.config import config
from addok.helpers.text import Token

WORD = re.compile(r"\d+\w*(?:/\d+\w*)*|\w+")
NUMBER = re.compile(r"\d+[a-z]{0,3}(?:/\d+[a-z]{0,3})*")

# A number behind one of these is a name, and so is one before "tháng".
BEFORE_A_NAME = {"so", "phuong", "quan", "khu", "pho", "to", "ap", "tang", "ql", "dt"}

ABBREVIATIONS = {
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
    "q": "quan",
    "h": "huyen",
    "tx": "thi xa",
    "tp": "thanh pho",
    "t": "tinh",
    "d": "duong",
}


def tokenize(pipe):
    for text in pipe:
        # a query has lost its slashes, but remembers what was typed
        for position, word in enumerate(WORD.findall(str(text))):
            yield Token(word, position=position)


def flag_housenumber(tokens):
    tokens = list(tokens)
    before = [None, *tokens]
    after = [*tokens[1:], None]
    for token, previous, following in zip(tokens, before, after):
        if NUMBER.fullmatch(token) and previous not in BEFORE_A_NAME and following != "thang":
            token.kind = "housenumber"
            break
    return tokens


def spell_out(tokens):
    for token in tokens:
        for position, word in enumerate(ABBREVIATIONS.get(token, token).split()):
            yield token.update(word, position=position)


def make_labels(helper, result):
    if result.labels:
        return
    door = f"{result.housenumber} " if result.housenumber else ""
    for name in result._rawattr("name"):
        result.labels.append(f"{door}{name}")
        for city, context in zip(result._rawattr("city"), result._rawattr("context")):
            result.labels.append(f"{door}{name} {city}")
            result.labels.append(f"{door}{name} {city} {context}")


EXTRA_FIELDS = [{"key": "locality"}]

PROCESSORS_PYPATHS = [tokenize, "addok.helpers.text.normalize", flag_housenumber, spell_out]

SEARCH_RESULT_PROCESSORS_PYPATHS = [
    make_labels if path.endswith(".make_labels") else path
    for path in config["SEARCH_RESULT_PROCESSORS_PYPATHS"]
]
