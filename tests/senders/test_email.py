"""Mails through a real SMTP server on loopback: M06, M07, M08, M10, N07."""

import socket
import ssl

import pytest

from fieldtickets.senders import KeyRefused, NotSent, Rejected, SentRef, Unclear
from fieldtickets.senders.email import mail_gateway
from tests.fakes.smtp_sink import PASSWORD, SmtpSink
from tests.senders.mails import INVITATION, a_mail


@pytest.fixture
def sink():
    with SmtpSink() as running:
        yield running


@pytest.fixture
def post(sink):
    with mail_gateway(sink.url, timeout_seconds=2) as gateway:
        yield gateway


def without_certificate(side: int) -> ssl.SSLContext:
    """TLS between two who need no certificate: real encryption, and nothing to keep in a repository."""
    context = ssl.SSLContext(side)
    if side == ssl.PROTOCOL_TLS_CLIENT:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH:@SECLEVEL=0")
    return context


def test_a_mail_arrives_whole_at_one_recipient(sink, post):
    """M02"""
    taken = post.send(a_mail(calendar=INVITATION, text=".une ligne qui commence par un point\n"))

    assert taken == SentRef("d-17@lavigne.example")
    (mail,) = sink.mails
    assert mail.sender == "tickets@lavigne.example"
    assert mail.recipients == ("karim@benali.example",)
    assert mail.message["Subject"] == "T-2026-000123 : fuite d'eau"
    assert mail.message.get_body(("plain",)).get_content().startswith(".une ligne")


def test_many_mails_share_one_connection(sink, post):
    """M12"""
    for number in range(20):
        post.send(a_mail(message_id=f"d-{number}@lavigne.example"))

    assert len(sink.mails) == 20
    assert sink.connections == 1


def test_a_connection_that_waited_too_long_is_opened_anew(sink, post):
    """M06"""
    post.send(a_mail())
    sink.hang_up()

    post.send(a_mail())

    assert len(sink.mails) == 2
    assert sink.connections == 2


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_says_later_is_asked_again_and_the_next_mail_leaves(sink, post, stage):
    """M06 M11"""
    sink.replies[stage] = "450 4.2.0 try again later"
    with pytest.raises(NotSent, match="450 4.2.0 try again later"):
        post.send(a_mail())

    sink.replies.clear()
    post.send(a_mail())
    assert len(sink.mails) == 1
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_is_closing_is_asked_again(sink, post, stage):
    """M06"""
    sink.replies[stage] = "421 4.3.2 shutting down"
    with pytest.raises(NotSent, match="421"):
        post.send(a_mail())

    sink.replies.clear()
    post.send(a_mail())
    assert sink.connections == 2


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_an_address_that_does_not_exist_is_never_tried_again(sink, post, stage):
    """M07"""
    sink.replies[stage] = "550 5.1.1 <karim@benali.example> no such user, see http://t.example/l/4mPq"

    with pytest.raises(Rejected) as told:
        post.send(a_mail())

    assert str(told.value) == "550 5.1.1 <…@benali.example> no such user, see http://t.example/l/…"


@pytest.mark.parametrize(
    "said", ["550 5.7.1 sender not allowed", "530 5.7.0 sign in first", "535 5.7.8 who?"]
)
def test_a_refused_sender_is_our_trouble_and_not_the_recipient_s(sink, post, said):
    """M07 M08"""
    sink.replies["MAIL"] = said
    with pytest.raises(KeyRefused, match=said[:9]):
        post.send(a_mail())

    sink.replies.clear()
    post.send(a_mail())
    assert len(sink.mails) == 1


def test_a_mail_that_cannot_be_written_is_refused_before_any_server_is_asked(sink, post):
    """X04 M07"""
    with pytest.raises(Rejected):
        post.send(a_mail(to_address="karim@benali.example\r\nBcc: igor@evil.example"))

    assert sink.connections == 0


def test_a_line_that_breaks_after_the_mail_is_left_to_a_person(sink, post):
    """M10"""
    sink.drops_after_data = True

    with pytest.raises(Unclear, match="did not say"):
        post.send(a_mail())

    assert len(sink.mails) == 1


def test_a_server_that_nobody_runs_is_asked_again_later():
    """M06"""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and never listening: connections are refused
        with (
            mail_gateway(f"smtp://127.0.0.1:{nobody.getsockname()[1]}") as post,
            pytest.raises(NotSent, match="cannot be reached"),
        ):
            post.send(a_mail())


def test_a_server_that_never_greets_is_asked_again_later():
    """M06"""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with (
            mail_gateway(url, timeout_seconds=0.2) as post,
            pytest.raises(NotSent, match="cannot be reached"),
        ):
            post.send(a_mail())


def test_the_password_opens_the_server():
    """M08"""
    with SmtpSink(wants_password=True) as sink, mail_gateway(sink.url_with_password) as post:
        post.send(a_mail())

        assert len(sink.mails) == 1


def test_a_refused_password_stops_the_queue_until_it_works_again():
    """M08 N07"""
    with SmtpSink(wants_password=True) as sink, mail_gateway(sink.url_with_password) as post:
        sink.password = "changed meanwhile"
        with pytest.raises(KeyRefused, match="535") as told:
            post.send(a_mail())

        sink.password = PASSWORD
        post.send(a_mail())
        assert len(sink.mails) == 1
        assert PASSWORD not in str(told.value)


def test_a_server_that_wants_a_password_we_do_not_have_stops_the_queue():
    """M08"""
    with SmtpSink(wants_password=True) as sink, mail_gateway(sink.url) as post, pytest.raises(KeyRefused):
        post.send(a_mail())


def test_starttls_encrypts_before_the_password():
    """N07"""
    with (
        SmtpSink(wants_password=True, tls=without_certificate(ssl.PROTOCOL_TLS_SERVER)) as sink,
        mail_gateway(
            f"{sink.url_with_password}?starttls=1", tls=without_certificate(ssl.PROTOCOL_TLS_CLIENT)
        ) as post,
    ):
        post.send(a_mail())

        assert sink.mails[0].encrypted


def test_starttls_that_the_server_does_not_have_sends_nothing_in_clear():
    """N07 M08"""
    with (
        SmtpSink() as sink,
        mail_gateway(f"{sink.url}?starttls=1") as post,
        pytest.raises(KeyRefused, match="TLS"),
    ):
        post.send(a_mail())

    assert sink.mails == []


def test_a_server_without_a_certificate_we_trust_gets_nothing():
    """N07"""
    with (
        SmtpSink(tls=without_certificate(ssl.PROTOCOL_TLS_SERVER)) as sink,
        mail_gateway(f"{sink.url}?starttls=1") as post,
        pytest.raises(NotSent, match="SSL"),
    ):
        post.send(a_mail())

    assert sink.mails == []


def test_smtps_is_encrypted_from_the_first_byte():
    """N07"""
    with SmtpSink(tls_from_first_byte=without_certificate(ssl.PROTOCOL_TLS_SERVER)) as sink:
        url = sink.url.replace("smtp:", "smtps:")
        with mail_gateway(url, tls=without_certificate(ssl.PROTOCOL_TLS_CLIENT)) as post:
            post.send(a_mail())

        assert len(sink.mails) == 1


def test_the_operator_can_ask_whether_the_server_knows_us():
    """M08"""
    with SmtpSink(wants_password=True) as sink, mail_gateway(sink.url_with_password) as post:
        post.check()
        post.close()
        sink.password = "changed meanwhile"

        with pytest.raises(KeyRefused):
            post.check()
        assert sink.mails == []


def test_the_demo_takes_every_mail_that_could_be_written():
    """X04"""
    with mail_gateway("demo:") as post:
        post.check()

        assert post.send(a_mail()) == SentRef("demo-d-17")
        with pytest.raises(Rejected):
            post.send(a_mail(subject="Fuite\r\nBcc: igor@evil.example"))


def test_an_unknown_kind_of_server_is_named():
    with pytest.raises(ValueError, match="SMTP_URL begins with"):
        mail_gateway("imap://mail.example")
