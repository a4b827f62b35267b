"""Phones that lose their network in the middle of an answer, against the service as it runs."""

from collections import Counter
from itertools import product
from urllib.parse import urlencode

from sqlalchemy import func, select

from fieldtickets.desk import journal
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Attachment, Delivery, Message
from tests.builders import TYPED_TUESDAY, a_ticket, acts_done
from tests.pictures import photo
from tests.waiting import until
from tests.web.links.server import cut, field, form_of, hang_up, request_of

BOUNDARY = "a-boundary-that-is-in-no-photo"
HALF = "Je suis devant la porte et je"
LARGE_PHOTO = photo() + bytes(1_000_000)


def nothing(_line, _done) -> None:
    """Cut at once: the request is on its way, or in the server's hands."""


def the_commit(_line, done) -> None:
    """Cut when the answer is kept; the phone reads nothing of the receipt."""
    until(done)


def one_byte(line, _done) -> None:
    line.recv(1)


def the_first_line(line, _done) -> None:
    line.recv(len("HTTP/1.1 303"))


def test_a_receipt_that_was_cut_off_comes_again_for_the_same_form(server, parts, cast, database):
    """R05 R02"""
    for number, wait in enumerate((nothing, the_commit, one_byte, the_first_line), start=1):
        ticket = a_ticket(parts, cast, cast.karim)
        page = f"{ticket.path(cast.karim)}/offer.accept"
        answer = {"submission": field(parts, ticket, cast.karim, "offer.accept"), **TYPED_TUESDAY}

        line = server.line()
        line.sendall(form_of(page, answer))
        wait(line, lambda so_many=number: accepted(database, cast) == so_many)
        cut(line)
        again = server.post(page, answer)

        assert (again.status_code, again.headers["Location"]) == (303, ticket.path(cast.karim)), wait
        assert accepted(database, cast) == number, wait
    with database.read(cast.organisation) as session:
        won = session.scalars(select(Delivery).where(Delivery.act == "offer.accept")).all()
        told = Counter((one.ticket_id, one.notice, one.channel, one.address) for one in won)
        assert max(told.values()) == 1
        journal.verify(session, cast.organisation)
    assert "Traceback" not in server.log.read_text()


def accepted(database, cast) -> int:
    return acts_done(database, cast.organisation).count("offer.accept")


def half_a_form(page: str, submission: str) -> bytes:
    """Every field has come, the text not to its end."""
    sent = urlencode({"submission": submission, "body": HALF}).encode()
    return request_of(page, sent, f"Content-Length: {len(sent) + 20}")


def half_a_chunk(page: str, submission: str) -> bytes:
    sent = urlencode({"submission": submission, "body": HALF}).encode()
    return request_of(page, b"%x\r\n%b" % (len(sent) + 20, sent), "Transfer-Encoding: chunked")


def no_last_chunk(page: str, submission: str) -> bytes:
    """A whole chunk, which looks like a whole form; the empty chunk that ends a body is missing."""
    sent = urlencode({"submission": submission, "body": HALF}).encode()
    return request_of(page, b"%x\r\n%b\r\n" % (len(sent), sent), "Transfer-Encoding: chunked")


def half_a_photo(page: str, submission: str) -> bytes:
    """A file that is large enough to wait on disk, cut in its middle."""
    fields = {"submission": submission, "body": HALF}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, v in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    body = "\r\n".join([*parts, head]).encode() + LARGE_PHOTO
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return request_of(page, body, f"Content-Length: {2 * len(body)}", kind=kind)


def test_an_answer_that_was_cut_off_on_its_way_leaves_nothing_and_can_be_sent_again(
    server, parts, cast, database
):
    """R06 N03"""
    ticket = a_ticket(parts, cast, cast.karim)
    page, sent = f"{ticket.path(cast.karim)}/message.write", []
    for half, end in product((half_a_form, half_a_chunk, no_last_chunk, half_a_photo), (cut, hang_up)):
        submission = field(parts, ticket, cast.karim, "message.write")
        line = server.line()
        line.sendall(half(page, submission))
        end(line)

        sent.append(f"{HALF} sonne, {half.__name__}, {end.__name__}")
        assert server.post(page, {"submission": submission, "body": sent[-1]}).status_code == 303
        with database.read(EVERYONE) as session:
            assert Counter(session.scalars(select(Message.body))) == Counter(sent)
    with database.read(EVERYONE) as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert server.left_behind() == []
    assert "Traceback" not in server.log.read_text()
