"""All tables in one import, so that migrations and relationships between features know every one of them."""

from app.accounts import models as accounts
from app.api import models as api
from app.assignments import models as assignments
from app.audit import models as audit
from app.emulation import models as emulation
from app.feeds import models as feeds
from app.files import models as files
from app.obligations import draft_models as drafts
from app.obligations import models as obligations
from app.organisations import models as organisations
from app.outbox import models as outbox
from app.plans import models as plans
from app.reminders import models as reminders
from app.schedules import models as schedules

__all__ = [
    "accounts",
    "api",
    "assignments",
    "audit",
    "drafts",
    "emulation",
    "feeds",
    "files",
    "obligations",
    "organisations",
    "outbox",
    "plans",
    "reminders",
    "schedules",
]
