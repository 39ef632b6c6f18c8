"""geopy's Photon, Nominatim, BANFrance and Pelias, unchanged, against a running server.

Usage: geopy_classes.py HOST:PORT '{"text": …}' — the address that must be found.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote
from urllib.request import urlopen

import geopy
from geopy.exc import GeocoderQueryError
from geopy.geocoders import BANFrance, Nominatim, Pelias, Photon

host, wanted = sys.argv[1], json.loads(sys.argv[2])
text, here = wanted["text"], (wanted["lat"], wanted["lon"])
common = {"scheme": "http", "user_agent": "bandoso-tests", "timeout": 20}
nowhere = (0.001, 0.001)
around = [(here[0] - 0.01, here[1] - 0.01), (here[0] + 0.01, here[1] + 0.01)]


def is_here(location):
    assert location is not None, "nothing was found"
    assert abs(location.latitude - here[0]) < 1e-6, location.raw
    assert abs(location.longitude - here[1]) < 1e-6, location.raw
    return location


def refuses(call):
    try:
        call()
    except GeocoderQueryError:
        return
    raise AssertionError("a bad question was not refused")


photon = Photon(domain=f"{host}/photon", **common)
found = is_here(photon.geocode(text, language="vi", limit=3))
assert wanted["street"] in found.address and wanted["housenumber"] in found.address, found.address
assert wanted["ward"] in found.address and wanted["province"] in found.address, found.address
assert len(photon.geocode(text, exactly_one=False, limit=2)) <= 2
is_here(photon.geocode(text, location_bias=here, bbox=around, osm_tag="place:house"))
is_here(photon.reverse(here, language="vi"))
assert photon.reverse(nowhere) is None
assert photon.geocode("zzzqqqxxx") is None
refuses(lambda: photon.geocode(text, language="xx"))
refuses(lambda: photon.geocode("a" * 201))

nominatim = Nominatim(domain=f"{host}/nominatim", **common)
found = is_here(nominatim.geocode(text, addressdetails=True, extratags=True, namedetails=True, limit=1))
assert found.address.startswith(wanted["housenumber"] + ", " + wanted["street"]), found.address
assert found.raw["address"]["road"] == wanted["street"], found.raw
assert found.raw["extratags"]["id"].startswith("address:"), found.raw
parts = {
    "street": f"{wanted['housenumber']} {wanted['street']}",
    "city": wanted["ward"],
    "state": wanted["province"],
    "country": "Vietnam",
}
is_here(nominatim.geocode(parts))
is_here(nominatim.geocode(text, viewbox=around, bounded=True, country_codes=["vn"], language="vi", geometry="geojson"))
assert nominatim.geocode(text, country_codes="la") is None
assert nominatim.geocode(wanted["ward"], featuretype="city").raw["class"] == "boundary"
assert len(nominatim.geocode(text, exactly_one=False, limit=2)) <= 2
is_here(nominatim.reverse(here, zoom=18, language="vi"))
assert nominatim.reverse(here, addressdetails=False).raw.get("address") is None
assert nominatim.reverse(nowhere) is None
assert nominatim.geocode("zzzqqqxxx") is None

ban = BANFrance(domain=f"{host}/ban", **common)
assert is_here(ban.geocode(text, limit=2)).address == wanted["label"]
assert is_here(ban.reverse(here)).address == wanted["label"]
assert ban.reverse(nowhere) is None
assert ban.geocode("zzzqqqxxx") is None
refuses(lambda: ban.geocode("a" * 201))

pelias = Pelias(domain=host, **common)
assert is_here(pelias.geocode(text)).address == wanted["name"]
is_here(pelias.geocode(text, boundary_rect=around, countries=["VNM"], language="vi"))
assert pelias.geocode(text, countries=["LAO"]) is None
assert is_here(pelias.reverse(here, language="en")).address == wanted["name"]
assert pelias.reverse(nowhere) is None
refuses(lambda: pelias.geocode("a" * 201))

# a foreign reader for our XML
search = f"http://{host}/nominatim/search?format=xml&addressdetails=1&extratags=1&namedetails=1&q="
for query in (text, '"<&>', wanted["ward"]):
    root = ElementTree.fromstring(urlopen(search + quote(query)).read())
    assert root.tag == "searchresults" and root.get("querystring") == query, query
root = ElementTree.fromstring(urlopen(search + quote(text)).read())
assert root.find("place").get("lat") == f"{here[0]:.7f}"
assert root.find("place/house_number").text == wanted["housenumber"]

print(f"geopy {geopy.__version__}: 4 classes")
