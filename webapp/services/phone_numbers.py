"""Vietnamese mobile numbers, from any usual way of writing them."""

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from ..domain.errors import InvalidInput
from ..domain.texts import N_, clean_line

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_VIETNAM = 84
_EXAMPLE = N_("Số điện thoại chưa đúng. Ví dụ: 0912 345 678.")
_ABROAD = N_("Số này không phải số của Việt Nam. Hãy ghi số di động Việt Nam, ví dụ: 0912 345 678.")
_NO_SMS = N_("Số này không nhận được tin nhắn. Hãy ghi số di động, ví dụ: 0912 345 678.")
_OLD = N_("Số di động 11 chữ số đã đổi thành 10 chữ số. Hãy ghi số đang dùng.")
_SHORT = N_("Số điện thoại chưa đúng: thiếu chữ số. Số di động có 10 chữ số, ví dụ: 0912 345 678.")
_LONG = N_("Số điện thoại chưa đúng: thừa chữ số. Số di động có 10 chữ số, ví dụ: 0912 345 678.")


def read_phone(typed: str) -> str:
    """A Vietnamese mobile number as it is kept (E.164).

    Raises:
        InvalidInput: it is no number that gets an SMS in Vietnam; the message says what is wrong with it.
    """
    text = unicodedata.normalize("NFKC", clean_line(typed))
    try:
        number = phonenumbers.parse(text, "VN")
    except NumberParseException:
        number = None
    if number is None or any(ch.isalpha() for ch in text):
        raise InvalidInput(_EXAMPLE, "phone")
    if number.country_code != _VIETNAM:
        raise InvalidInput(_ABROAD, "phone")
    if number.extension or phonenumbers.number_type(number) not in _MOBILE:
        raise InvalidInput(_what_is_wrong(number), "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _what_is_wrong(number: phonenumbers.PhoneNumber) -> str:
    digits = str(number.national_number)
    if phonenumbers.is_valid_number(number):
        return _NO_SMS
    if len(digits) == 10 and digits[0] == "1":
        return _OLD
    length = phonenumbers.is_possible_number_with_reason(number)
    if digits[0] not in "35789" or length == ValidationResult.INVALID_LENGTH:
        return _EXAMPLE
    return _SHORT if len(digits) < 9 else _LONG if len(digits) > 9 else _EXAMPLE


def phone_as_spoken(phone: str) -> str:
    """0912 345 678 for +84912345678."""
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def masked(recipient: str) -> str:
    """0912 ••• 678, or a•••@example.vn: enough for its owner to know it again."""
    if "@" in recipient:
        name, _, host = recipient.rpartition("@")
        return f"{name[:1]}•••@{host}"
    shown = phone_as_spoken(recipient)
    return f"{shown[:4]}\u00a0•••\u00a0{shown[-3:]}"  # on one line
