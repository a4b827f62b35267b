"""The outbox: what is owed to people leaves here, and its fate comes back (E5, M01 to M20).

A delivery row is written by the act that owes it. `courier.Outbox.drain` claims what is due, calls the
provider outside any transaction with the row's id as its reference, and settles what became of it. Only the
worker reads the courier and the clients of the providers; what stands here is light and for every process.
"""

from fieldtickets.outbox.accounts import owe_account_mail, owe_test_text
from fieldtickets.outbox.fates import send_again
from fieldtickets.outbox.receipts import take_receipt
from fieldtickets.outbox.stopping import take_answer

__all__ = ["owe_account_mail", "owe_test_text", "send_again", "take_answer", "take_receipt"]
