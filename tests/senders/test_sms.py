"""Text messages through a real gateway on loopback: M06, M07, M08, M09, M10, M17, N07."""

import socket

import pytest
from requests import Response

from fieldtickets.senders import KeyRefused, NotSent, OptedOut, Rejected, SentRef, TextMessage, Unclear
from fieldtickets.senders.http import retry_after
from fieldtickets.senders.sms import sms_gateway
from fieldtickets.senders.twilio_callbacks import (
    signed_by_twilio,
    twilio_receipt,
    twilio_signature,
    twilio_token,
)
from tests.fakes.sms_gateway import AUTH_TOKEN, SID, TOKEN, FakeSmsGateway, Number, Text

SECRETS = (TOKEN, AUTH_TOKEN, SID, "/l/4mPq", "+336", "3998")


@pytest.fixture
def gateway():
    with FakeSmsGateway() as running:
        yield running


@pytest.fixture(params=["url", "twilio_url"])
def send(request, gateway):
    """The same gateway, spoken to in our own JSON and in Twilio's form."""
    return sms_gateway(getattr(gateway, request.param), timeout_seconds=0.3)


def a_text(to: str = Number.DELIVERED, **changes: str) -> TextMessage:
    return TextMessage(
        **{
            "id": "d-17",
            "to": to,
            "sender": "LAVIGNE",
            "text": "LAVIGNE: fuite à Lyon http://t.example/l/4mPq",
            "callback": "http://t.example/callbacks/sms/d-17?key=1",
            **changes,
        }
    )


def test_the_gateway_gets_our_json_with_the_key_in_a_header_only(gateway):
    """M02 N07"""
    taken = sms_gateway(gateway.url + "&route=fr")(a_text())

    assert taken == SentRef("gateway-d-17")
    assert gateway.texts == [
        Text(
            id="d-17",
            to=Number.DELIVERED,
            sender="LAVIGNE",
            text="LAVIGNE: fuite à Lyon http://t.example/l/4mPq",
            callback="http://t.example/callbacks/sms/d-17?key=1",
            path="/send?route=fr",
            authorization=f"Bearer {TOKEN}",
        )
    ]


def test_twilio_gets_its_form_and_says_its_own_id(gateway):
    """M02"""
    taken = sms_gateway(gateway.twilio_url)(a_text(text="1 + 1 = 2 & fuite à Lyon"))

    assert taken == SentRef("SM" + "0" * 32)
    assert gateway.texts[0].text == "1 + 1 = 2 & fuite à Lyon"
    assert gateway.texts[0].to == Number.DELIVERED
    assert gateway.texts[0].path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert gateway.texts[0].callback == "http://t.example/callbacks/sms/d-17?key=1"


def test_twilio_says_who_answered_stop_to_it(gateway):
    """M18"""
    with pytest.raises(OptedOut, match="21610"):
        sms_gateway(gateway.twilio_url)(a_text(Number.OPTED_OUT))


def test_a_message_without_a_sender_leaves_under_the_gateways_own(gateway):
    sms_gateway(gateway.twilio_url)(a_text(sender="", callback=""))

    assert gateway.texts[0].sender == "Lavigne"
    assert gateway.texts[0].callback == ""


@pytest.mark.parametrize("to", [Number.BUSY, Number.BROKEN, Number.HANGS_UP, Number.ELSEWHERE])
def test_a_gateway_in_trouble_is_asked_again_later(send, to):
    """M06"""
    with pytest.raises(NotSent) as told:
        send(a_text(to))

    assert told.value.retry_after is None


def test_a_gateway_that_is_down_is_asked_again_later(gateway, send):
    """M06"""
    gateway.is_down = True

    with pytest.raises(NotSent, match="503"):
        send(a_text())


def test_a_gateway_that_nobody_runs_is_asked_again_later():
    """M06"""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and never listening: connections are refused
        send = sms_gateway(f"http+json://127.0.0.1:{nobody.getsockname()[1]}/send?token={TOKEN}")

        with pytest.raises(NotSent, match="cannot be reached") as told:
            send(a_text())

    assert TOKEN not in str(told.value)


def test_a_name_that_does_not_resolve_is_asked_again_later():
    """M06"""
    with pytest.raises(NotSent, match="cannot be reached"):
        sms_gateway("http+json://gateway.invalid/send")(a_text())


def test_a_slow_gateway_that_knows_us_by_id_is_asked_again_later(gateway):
    """M06"""
    send = sms_gateway(gateway.url, timeout_seconds=0.2)

    with pytest.raises(NotSent, match="in time"):
        send(a_text(Number.SLOW))


def test_a_slow_twilio_is_not_asked_twice_because_it_could_not_tell(gateway):
    """M10"""
    send = sms_gateway(gateway.twilio_url, timeout_seconds=0.2)

    with pytest.raises(Unclear, match="in time"):
        send(a_text(Number.SLOW))


def test_a_bad_number_is_never_tried_again(send):
    """M07"""
    with pytest.raises(Rejected, match="400"):
        send(a_text(Number.BAD_NUMBER))


def test_twilios_own_error_number_is_kept_for_the_manager(gateway):
    """M07"""
    with pytest.raises(Rejected, match="400: 21614 the number … "):
        sms_gateway(gateway.twilio_url)(a_text(Number.BAD_NUMBER))


def test_a_revoked_key_stops_the_queue_and_nothing_is_given_up(gateway, send):
    """M08"""
    gateway.key_is_revoked = True
    with pytest.raises(KeyRefused, match="401"):
        send(a_text())

    gateway.key_is_revoked = False
    assert send(a_text())


def test_a_busy_gateway_says_how_long_to_wait(send):
    """M09"""
    with pytest.raises(NotSent) as told:
        send(a_text(Number.TOO_MANY))

    assert told.value.retry_after == 17


@pytest.mark.parametrize("to", [Number.GARBAGE, Number.NO_ID, Number.CUT])
def test_a_yes_without_an_id_is_left_to_a_person(send, to):
    """M10"""
    with pytest.raises(Unclear):
        send(a_text(to))


@pytest.mark.parametrize("to", list(Number))
def test_no_reason_tells_a_key_a_link_or_a_number(send, to):
    """N07"""
    told = ""
    try:
        send(a_text(to))
    except (NotSent, Rejected, KeyRefused, Unclear) as error:
        told = repr(error) + str(error) + repr(error.__cause__)

    assert not [secret for secret in SECRETS if secret in told]


def an_answer(**headers: str) -> Response:
    response = Response()
    response.headers.update(headers)
    return response


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "999999"}, 86_400),
        ({"Retry-After": "Mon, 02 Mar 2026 10:05:00 GMT", "Date": "Mon, 02 Mar 2026 10:00:00 GMT"}, 300),
        ({"Retry-After": "Mon, 02 Mar 2026 09:00:00 GMT", "Date": "Mon, 02 Mar 2026 10:00:00 GMT"}, 0),
        ({"Retry-After": "Mon, 02 Mar 2026 10:05:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_the_wait_asked_for_is_read_in_seconds_or_as_an_instant(headers, seconds):
    """M09"""
    assert retry_after(an_answer(**headers)) == seconds


def test_receipts_come_to_the_callback_with_our_id(gateway):
    """M17"""
    send, posted = sms_gateway(gateway.url), []
    for to in (Number.DELIVERED, Number.UNDELIVERED, Number.SILENT, Number.TWICE):
        send(a_text(to, id=to.name, callback=f"http://t.example/{to.name}"))

    gateway.post_receipts(posted.append)

    assert [(receipt.url, receipt.fields["id"], receipt.fields["status"]) for receipt in posted] == [
        ("http://t.example/DELIVERED", "DELIVERED", "delivered"),
        ("http://t.example/UNDELIVERED", "UNDELIVERED", "failed"),
        ("http://t.example/TWICE", "TWICE", "delivered"),
        ("http://t.example/TWICE", "TWICE", "delivered"),
    ]
    assert gateway.owed == []


def test_a_receipt_of_twilio_is_known_by_its_signature(gateway):
    """M17"""
    posted, token = [], twilio_token(gateway.twilio_url)
    sms_gateway(gateway.twilio_url)(a_text(Number.UNDELIVERED))
    gateway.post_receipts(posted.append)
    receipt, signature = posted[0], posted[0].headers["X-Twilio-Signature"]

    assert signed_by_twilio(token, receipt.url, receipt.fields, signature)
    assert not signed_by_twilio(token, receipt.url + "0", receipt.fields, signature)
    assert not signed_by_twilio(
        token, receipt.url, receipt.fields | {"MessageStatus": "delivered"}, signature
    )
    assert not signed_by_twilio("another", receipt.url, receipt.fields, signature)
    assert not signed_by_twilio(token, receipt.url, receipt.fields, None)
    assert not signed_by_twilio(token, receipt.url, receipt.fields, "é")
    assert not signed_by_twilio("", receipt.url, receipt.fields, twilio_signature("", receipt.url, {}))
    assert twilio_receipt(receipt.fields) == ("failed", "Twilio 30003")


def test_the_signature_is_the_one_that_twilio_documents():
    """M17: the example of "Validating requests" in Twilio's documentation."""
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }

    signature = twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)

    assert signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        ("delivered", ("delivered", "")),
        ("undelivered", ("failed", "Twilio undelivered")),
        ("failed", ("failed", "Twilio failed")),
        ("sent", None),
        ("queued", None),
        ("teleported", None),
        ("", None),
    ],
)
def test_only_an_end_is_a_receipt(status, receipt):
    """M17"""
    assert twilio_receipt({"MessageStatus": status}) == receipt


def test_the_operator_can_ask_whether_the_gateway_knows_us(send, gateway):
    """M08"""
    send.check()
    gateway.key_is_revoked = True

    with pytest.raises(KeyRefused):
        send.check()
    assert gateway.texts == []


def test_the_demo_takes_every_message_and_sends_nothing():
    send = sms_gateway("demo:")
    send.check()

    assert send(a_text()) == SentRef("demo-d-17")


def test_an_unknown_kind_of_gateway_is_named():
    with pytest.raises(ValueError, match="SMS_URL begins with"):
        sms_gateway("ftp://gateway.example")
