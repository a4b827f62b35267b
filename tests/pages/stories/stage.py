"""The stage of the stories: a whole service with a clock of its own, and people with telephones and desks.

Nobody is given an address: what somebody opens stands in a message that arrived over SMTP or at the gateway.
Pictures are kept only where FIELDTICKETS_TEST_PICTURES names a folder: docs/screens/stories has them.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from fieldtickets import workshop
from fieldtickets.documents.previews import Previews
from fieldtickets.store.models import Subcontractor
from tests.builders import a_subcontractor
from tests.fakes.sms_gateway import FakeSmsGateway, Receipt
from tests.fakes.smtp_sink import Received, SmtpSink
from tests.pages.conftest import DESK, PHONE, House, running_house
from tests.pictures import PDF, photo

PARIS = ZoneInfo("Europe/Paris")
LINK = re.compile(r"http://localhost:\d+(/\S+)")
PICTURES = os.environ.get("FIELDTICKETS_TEST_PICTURES")
SEEN = 1000  # pixels of a page that a picture shows from its top
COLOURS = 32  # of a picture that is kept: enough for a page, and a third of its size
PASSWORD = "quatre chevaux bleus"
INK = [(60, 40), (120, 90), (180, 30), (220, 80)]  # pixels from the corner of the pad


@dataclass
class Stage:
    """The service with what it sent, and the hour that it is there."""

    house: House
    mails: list[Received]
    network: FakeSmsGateway
    browser: Browser
    rooms: ExitStack
    story: str
    now: datetime = field(init=False)
    pictures: int = 0

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """It is this day of May 2031, this hour in Paris; what is due was done, and what is owed is sent."""
        self.now = datetime(2031, 5, day, hour, minute, tzinfo=PARIS)
        answer = self.house.app.test_client().post("/test/clock", json={"now": self.now.isoformat()})
        assert answer.status_code == 200
        for context in self.browser.contexts:
            context.clock.set_system_time(self.now)
        self.send()

    def send(self) -> None:
        """The workers' turn: messages leave, receipts come back, photos get their small pictures."""
        workshop.outbox(self.house.parts).drain()
        self.network.post_receipts(self._take)
        Previews(self.house.parts.database, self.house.parts.files).make()

    def _take(self, receipt: Receipt) -> None:
        self.house.app.test_client().post(LINK.search(receipt.url)[1], json=receipt.fields)

    def manager(self) -> "Manager":
        """Nadia, who chose a password through the mail that everybody new gets."""
        nadia = Manager(self, "Nadia Benali", "", "nadia@lavigne.example", self._page(DESK))
        nadia.chooses_a_password()
        return nadia

    def company(self, name: str, phone: str, email: str, trade: str) -> "Somebody":
        """A company that Nadia knows, for a trade in Lyon."""
        with self.house.parts.database.begin(self.house.cast.organisation) as session:
            known = session.scalars(select(Subcontractor).where(Subcontractor.name == name)).one_or_none()
            company = known or a_subcontractor(session, self.house.cast.organisation, name, phone, email)
            company.trades = [trade]
        return self.somebody(name, phone, email)

    def somebody(self, name: str, phone: str, email: str = "") -> "Somebody":
        """A person with a telephone of their own."""
        return Somebody(self, name, phone, email, self._page(PHONE))

    def _page(self, size: dict[str, int]) -> Page:
        is_phone = size == PHONE
        context = self.browser.new_context(
            viewport=size, locale="fr-FR", has_touch=is_phone, is_mobile=is_phone
        )
        self.rooms.callback(context.close)
        context.clock.set_system_time(self.now)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page


@dataclass
class Somebody:
    """One of the parties: what came for them, and the page before their eyes."""

    stage: Stage
    name: str
    phone: str
    email: str
    page: Page

    @property
    def texts(self) -> list[str]:
        """The text messages on their telephone, oldest first."""
        return [one.text for one in self.stage.network.texts if one.to == self.phone]

    @property
    def subjects(self) -> list[str]:
        """The subjects of the mails in their box, oldest first."""
        return [mail.message["Subject"] for mail in self._mails()]

    def _mails(self) -> list[Received]:
        return [one for one in self.stage.mails if self.email in one.recipients]

    def taps_the_link(self, about: str) -> None:
        """Open the link of the last text, which says this."""
        assert self.texts, f"no text came for {self.name}"
        assert about in self.texts[-1], self.texts[-1]
        self._open(LINK.search(self.texts[-1])[1])

    def opens_the_mail(self, about: str) -> None:
        """Open the link of the last mail whose subject says this."""
        mail = next((one for one in reversed(self._mails()) if about in one.message["Subject"]), None)
        assert mail, f"{about!r} is not among {self.subjects}"
        self._open(LINK.search(mail.message.get_body(("plain",)).get_content())[1])

    def _open(self, path: str) -> None:
        self.page.goto(self.stage.house.address + path)

    def looks_again(self) -> None:
        """Read the page anew."""
        self.page.reload()

    def sees(self, *words: str) -> None:
        """The page says this."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)

    def form(self, act: str) -> Locator:
        """The form of an act, brought into sight by whatever leads to it."""
        form = self.page.locator(f'form[data-act="{act}"]')
        if not form.count():
            way = self.page.locator(f'a[href$="/{act}"]').first
            self._unfold(way)
            way.click()
        self._unfold(form.first)
        return form.first

    def _unfold(self, part: Locator) -> None:
        """Open what hides it, the outermost first."""
        hiding = part.locator("xpath=ancestor::details[not(@open)]")
        for _fold in range(hiding.count()):
            hiding.first.locator("> summary").click()

    def chooses(self, form: Locator, words: str) -> None:
        """Tick or take what these words stand beside."""
        choice = form.locator("label", has_text=words)
        self._unfold(choice)
        choice.click()

    def fills(self, act: str, **answers: object) -> Locator:
        """Answer the questions of a form: words, a choice, a tick, a day, photos."""
        form = self.form(act)
        for name, answer in answers.items():
            for value in answer if isinstance(answer, list) else [answer]:
                self._fill(form, name, value)
        return form

    def _fill(self, form: Locator, name: str, answer: object) -> None:
        one = form.locator(f'[name="{name}"]:not(button)')
        kind = one.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            choice = f'[name="{name}"][value="{answer}"]'
            self._unfold(form.locator(choice))
            form.locator("label", has=self.page.locator(choice)).click()
        elif kind == "file":
            one.last.set_input_files(answer)
        elif one.first.evaluate("field => field.tagName") == "SELECT":
            one.first.select_option(str(answer))
        else:
            self._unfold(one.first)
            one.first.fill(str(answer))

    def does(self, act: str, **answers: object) -> None:
        """Answer and send; the page that follows has no error on it."""
        self.sends(self.fills(act, **answers))
        assert self.page.locator("#errors").count() == 0, self.page.locator("#errors").inner_text()

    def sends(self, form: Locator) -> None:
        """Press the button of a form; what it sets off is sent."""
        with self.page.expect_navigation():
            form.locator("button:visible").last.click()
        self.stage.send()

    def taps(self, act: str, words: str) -> None:
        """Press this one of the buttons that a form has; what it sets off is sent."""
        with self.page.expect_navigation():
            self.form(act).get_by_role("button", name=words).click()
        self.stage.send()

    def writes(self, body: str, **more: object) -> None:
        """Write a message on the page."""
        self.does("message.write", body=body, **more)

    def signs(self, form: Locator) -> None:
        """Draw on the pad with a finger."""
        pad = form.locator("canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        finger = self.page.context.new_cdp_session(self.page)
        for number, (x, y) in enumerate(INK):
            kind = "touchMove" if number else "touchStart"
            points = [{"x": box["x"] + x, "y": box["y"] + y}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def picture(self, moment: str) -> None:
        """Keep what is seen now as the next picture of the story."""
        self.stage.pictures += 1
        if PICTURES is None:
            return
        self.page.wait_for_load_state("networkidle")
        size = self.page.viewport_size
        self.page.set_viewport_size({**size, "height": SEEN})
        taken = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        self.page.set_viewport_size(size)
        name = f"{self.stage.story}-{self.stage.pictures:02d}-{moment}.png"
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        taken.quantize(COLOURS).save(Path(PICTURES) / name, optimize=True)


class Manager(Somebody):
    """Nadia at her desk."""

    def chooses_a_password(self) -> None:
        """By way of "forgotten password", as whoever comes for the first time."""
        self._open("/password/forgot")
        self.page.fill('[name="email"]', self.email)
        self.sends(self.page.locator("main form"))
        self.opens_the_mail("mot de passe")
        self.page.fill('[name="password"]', PASSWORD)
        self.page.fill('[name="password_again"]', PASSWORD)
        self.sends(self.page.locator("main form"))

    def _open(self, path: str) -> None:
        """Who was signed out meanwhile signs in on the way."""
        super()._open(path)
        if self.page.url.partition("?")[0].endswith("/sign-in"):
            self.page.fill('[name="email"]', self.email)
            self.page.fill('[name="password"]', PASSWORD)
            self.sends(self.page.locator("main form"))

    def opens(self, ref: str) -> None:
        """The page of a ticket."""
        self._open(f"/tickets/{ref}")

    def asks(self, companies: tuple[str, ...], **details: object) -> str:
        """A new ticket for these companies; its number."""
        self._open("/tickets/new")
        form = self.fills("ticket.open", **details)
        with self.page.expect_navigation():
            form.locator("button[name=look]").click()
        form = self.form("ticket.open")
        for company in companies:
            self.chooses(form, company)
        self.sends(form)
        self.sees("En attente de réponse")
        return self.page.url.rpartition("/")[2]

    def asks_another(self, company: str) -> None:
        """The ticket on the page goes to one more company."""
        form = self.form("offer.send")
        self.chooses(form, company)
        self.sends(form)

    def downloads(self, name: str) -> bytes:
        """A file that the page links to."""
        link = self.page.locator(f'a[href$="{name}"]').get_attribute("href")
        answer = self.page.request.get(self.stage.house.address + link)
        assert answer.ok
        return answer.body()


def a_photo(name: str) -> dict[str, object]:
    """A photo as a telephone hands it over."""
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": photo()}


def a_paper(name: str) -> dict[str, object]:
    """A PDF as a telephone hands it over."""
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PDF}


@contextmanager
def opened(browser: Browser, database_url: str, folder: Path, story: str) -> Iterator[Stage]:
    """A stage for one story, with a real mail server and a real gateway beside it."""
    with ExitStack() as rooms:
        mailbox, network = rooms.enter_context(SmtpSink()), rooms.enter_context(FakeSmsGateway())
        senders = {"SMTP_URL": mailbox.url, "SMS_URL": network.url}
        house = rooms.enter_context(running_house(browser, database_url, folder, "test", **senders))
        yield Stage(house, mailbox.mails, network, browser, rooms, story)
