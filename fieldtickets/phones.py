"""Phone numbers: from what people type to E.164, and back to what they read.

libphonenumber calls premium, satellite and short numbers valid; a message to one of them costs, or
reaches nobody. So only chosen countries and ordinary types pass.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING

from fieldtickets.domain.countries import PHONE_COUNTRIES
from fieldtickets.domain.words import _
from fieldtickets.late import Late

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = Late("phonenumbers")

TYPED = re.compile(r"\+?[0-9 ().\-\u2010-\u2015/]{3,30}")
TEXTED = ("MOBILE", "FIXED_LINE_OR_MOBILE")  # types as the library names them
CALLED = (*TEXTED, "FIXED_LINE", "VOIP")
HOME = {"fr": 33, "de": 49, "it": 39, "en": 44}  # a language's own country is read without its +33

# Kept free for films and examples, so that no real person is ever called; libphonenumber does not know it.
# Source: ARCEP, plan national de numérotation (décision 2018-0881): mobiles 06 39 98 00 00 to 99 99.
OF_NOBODY = range(33_639_980_000, 33_639_990_000)


def normalise(phone: str, country: str, allowed: Collection[str] = PHONE_COUNTRIES) -> str:
    """The number in E.164 ("+33612345678"), national numbers read as those of `country` (ISO 3166).

    Raises ValueError, with a sentence for the person who typed it: not a number, a country that is not
    among `allowed`, or a number that costs extra or reaches no one (premium, satellite, short, paid for).
    """
    number = _parsed(phone, country)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _is_of_nobody(e164):
        return e164
    if not phonenumbers.is_valid_number(number):
        raise ValueError(_not_a_number(country))
    if phonenumbers.region_code_for_number(number) not in allowed:
        raise ValueError(_("We do not send to numbers of this country. Give another number."))
    if not _is_one_of(CALLED, number):
        raise ValueError(_("This is a special number. Give a mobile or an office number."))
    return e164


def _parsed(phone: str, country: str) -> "phonenumbers.PhoneNumber":
    typed = unicodedata.normalize("NFKC", phone).strip()  # narrow spaces and full-width digits
    if not TYPED.fullmatch(typed):
        raise ValueError(_not_a_number(country))
    try:
        return phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise ValueError(_not_a_number(country)) from None


def _not_a_number(country: str) -> str:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return _("Check this phone number.")
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _("Check this phone number. Example: %(example)s", example=shown)


def _is_one_of(types: Collection[str], number: "phonenumbers.PhoneNumber") -> bool:
    return phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)) in types


def _is_of_nobody(e164: str) -> bool:
    return len(e164) == 12 and int(e164) in OF_NOBODY


def can_text(number: str) -> bool:
    """Whether a text message can arrive: a mobile, or a number whose country does not tell the two apart."""
    return _is_of_nobody(number) or _is_one_of(TEXTED, phonenumbers.parse(number))


def pretty(number: str, language: str) -> str:
    """An E.164 number as it is read: "06 12 34 56 78" at home, "+41 79 123 45 67" from abroad."""
    parsed = phonenumbers.parse(number)
    at_home = parsed.country_code == HOME.get(language)
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, form)


def masked(number: str) -> str:
    """The end of a number, enough to recognise one's own: "…00 12"."""
    return f"…{number[-4:-2]} {number[-2:]}"
