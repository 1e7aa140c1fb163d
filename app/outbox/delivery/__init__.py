"""From the queue to the mail server. `run` tells how."""

from app.outbox.claims import STALE_AFTER, claim, sweep
from app.outbox.delivery.run import deliver
from app.outbox.liveness import worker_name

__all__ = ["STALE_AFTER", "claim", "deliver", "sweep", "worker_name"]
