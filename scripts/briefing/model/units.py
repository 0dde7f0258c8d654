"""Units of measures: ISO 4217 currencies, SI and accepted units, counts, asset tickers."""

from collections.abc import Mapping
from typing import Any

from briefing.model.faults import Fault
from briefing.model.fields import text_of

CURRENCIES = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "KRW": "₩",
    "CNY": "CN¥",
    "RUB": "₽",
    "CHF": "CHF ",
    "AUD": "A$",
    "CAD": "C$",
    "HKD": "HK$",
    "SGD": "S$",
    "TWD": "NT$",
    "KPW": "KPW ",
    "MYR": "RM ",
    "VND": "VND ",
    "INR": "₹",
}
"""ISO 4217 code to the sign that stands before the number."""

UNITS = {
    "count": "",
    "percent": "%",
    "kt_tnt": "kt",
    "magnitude": "",
    "km": "km",
    "m": "m",
    "min": "min",
    "s": "s",
    "d": "days",
    "t": "t",
    "kg": "kg",
    "bbl": "barrels",
    "mach": "Mach",
    "kn": "knots",
    "km_h": "km/h",
    "kn_thrust": "kN",
    "tf": "tf",
    "usd_bbl": "$ a barrel",
}
"""Unit to the word that stands after the number (kt_tnt: kilotonnes of TNT equivalent;
t: tonne, 1,000 kg; bbl: 42 US gallons; kn: international knot; tf: tonne-force)."""


UNIT_SCHEMA: Mapping[str, Any] = {
    "anyOf": [
        {"enum": [*CURRENCIES, *UNITS]},
        # `NO` and `1E5` may be tickers, and are none of the reader's booleans and numbers.
        {"type": ["string", "number", "boolean"], "pattern": "^(?=[0-9]*[A-Z])[A-Z0-9]{1,12}$"},
    ]
}
"""The JSON Schema (2020-12) of a unit, or of what may be an asset's ticker."""


def is_unit(text: str, assets: frozenset[str] = frozenset()) -> bool:
    """Whether `text` is a unit here: a currency, a unit of the list, or a known asset."""
    return text in CURRENCIES or text in UNITS or text in assets


def may_be_asset(text: str) -> bool:
    """Whether `text` is written as an asset's ticker is: up to 12 capital letters and digits."""
    return text.isascii() and text.isalnum() and text.isupper() and len(text) <= 12


def read_unit(value: object) -> str:
    """Return a unit's name. Asset tickers are checked later, against measures.yml."""
    text = text_of(value)
    if is_unit(text) or may_be_asset(text):
        return text
    raise Fault(
        "unknown-unit", f"`{text[:40]}` is not a unit", "write one of " + ", ".join([*UNITS, "USD", "EUR"])
    )
