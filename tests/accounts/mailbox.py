"""What arrives in people's mailboxes, from a real mail server."""

from __future__ import annotations

import re

from app import clock
from app.outbox.delivery import deliver
from tests.smtp import MailServer, body_of


def same_for_all(page: str, *words: str) -> str:
    """A page without what differs between two browsers: the token of its forms, and these words."""
    for word in words:
        page = page.replace(word, "")
    return re.sub(r'(csrf[-_]token" (?:content|value))="[^"]+"', r"\1", page)


class Mailbox:
    def __init__(self, server: MailServer):
        self._server = server

    def fetch(self, address: str) -> list[tuple[str, str]]:
        """Subject and text of the mails to this address, the last one last, after what waits was sent."""
        deliver(clock.now)
        return [
            (str(mail["Subject"]), body_of(mail))
            for mail in self._server.mails
            if address in {to.addr_spec for to in mail["To"].addresses}
        ]

    def link(self, address: str) -> str:
        """The path of the link in the last mail that has one."""
        texts = [text for _subject, text in self.fetch(address)]
        found = [
            match
            for text in texts
            for match in re.findall(r"http://dunghan\.test(/account/\w+/[\w-]{43})", text)
        ]
        return found[-1]
