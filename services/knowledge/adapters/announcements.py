"""Events on their way out: rows of knowledge's outbox."""

from functools import partial

from chassis.outbox import announcement
from services.knowledge.adapters.tables import outbox

announced = partial(announcement, outbox)
