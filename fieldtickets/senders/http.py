"""One HTTP call to a provider, its failures told apart by what may still be done about them."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests

from fieldtickets.senders import KeyRefused, NotSent, Rejected, Unclear, plain_reason

TEMPORARY = (408, 425, 429)
LONGEST_WAIT = timedelta(days=1)


class Provider:
    """A provider behind HTTP: one session, so that connections are kept between calls.

    auth: how a request proves who we are. It is set on every request, also when it adds nothing, so that
    a .netrc file on the machine is never sent along.
    secrets: what no reason may repeat.
    """

    def __init__(
        self, auth: requests.auth.AuthBase, secrets: tuple[str, ...], timeout_seconds: float
    ) -> None:
        self._session = requests.Session()
        self._session.auth = auth
        self._secrets, self._timeout = secrets, timeout_seconds

    def call(self, method: str, url: str, **content: object) -> requests.Response:
        """The provider's answer, whatever its status; redirects are not followed (they would carry the key).

        Raises NotSent when there was no answer, Unclear when it broke off after the first line said yes.
        """
        try:
            return self._session.request(
                method,
                url,
                timeout=self._timeout,
                allow_redirects=False,
                **content,  # type: ignore[arg-type]
            )
        except requests.ConnectTimeout:
            raise NotSent("the provider cannot be reached: no connection in time") from None
        except requests.Timeout:
            raise NoAnswer("the provider did not answer in time") from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise Unclear("the provider's answer broke off") from None
        except requests.RequestException as error:
            # only the kind of fault: its words hold the whole address
            raise NotSent(f"the provider cannot be reached: {type(error).__name__}") from None

    def reason(self, said: object) -> str:
        """What the provider said, without our secrets."""
        return plain_reason(said, *self._secrets)


class NoAnswer(NotSent):
    """The request left and nothing came back in time: whoever cannot be asked twice must not try again."""


class Bearer(requests.auth.AuthBase):
    """The token travels in a header, where neither side's access log writes it down."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def refuse(response: requests.Response, reason: str) -> None:
    """Raises what a status means: 401 and 403 our key, 408, 425, 429, 3xx and 5xx later, other 4xx never.

    Silent for 2xx.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in (401, 403):
        raise KeyRefused(f"{status}: {reason}")
    if status in TEMPORARY or not 400 <= status < 500:
        raise NotSent(f"{status}: {reason}", retry_after(response))
    raise Rejected(f"{status}: {reason}")


def retry_after(response: requests.Response) -> float | None:
    """The seconds a provider asks us to wait, at most a day (RFC 9110, 10.2.3: seconds, or an instant).

    An instant counts from the answer's own Date, so that two clocks that disagree do no harm.
    """
    wanted = response.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]+", wanted):
        seconds = float(wanted)
    else:
        try:
            until = parsedate_to_datetime(wanted)
            seconds = (until - parsedate_to_datetime(response.headers["Date"])).total_seconds()
        except (ValueError, TypeError, KeyError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT.total_seconds())


def said(response: requests.Response, *names: str) -> object:
    """What a refusal says in the first of these JSON fields, else the status line's words."""
    body = json_object(response)
    return next((body[name] for name in names if body.get(name)), response.reason or "no reason given")


def json_object(response: requests.Response) -> dict[str, object]:
    """The JSON object of an answer; empty when it is anything else."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
