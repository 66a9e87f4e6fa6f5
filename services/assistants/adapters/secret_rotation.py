"""Everything that is encrypted, under the newest secret key."""

from dataclasses import dataclass

import structlog
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, select, update

from services.assistants.adapters.tables import user_tools, whatsapp_channels

log = structlog.get_logger(__name__)
SEALED = (user_tools, whatsapp_channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotation:
    """Running processes read both: they know the older keys too."""

    engine: Engine
    box: MultiFernet

    def __call__(self) -> None:
        """All or nothing. Raises cryptography.fernet.InvalidToken where a key is missing."""
        with self.engine.begin() as connection:
            for table in SEALED:
                rows = connection.execute(
                    select(table.c.id, table.c.sealed).with_for_update()
                ).all()
                for row_id, sealed in rows:
                    anew = self.box.rotate(sealed.encode()).decode()
                    connection.execute(
                        update(table).where(table.c.id == row_id).values(sealed=anew)
                    )
                log.info("encrypted_anew", table=table.name, rows=len(rows))
