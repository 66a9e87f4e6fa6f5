"""Composes the rotation of secret keys."""

from chassis.database import sync_engine
from chassis.secret_box import secret_box
from services.assistants.adapters.secret_rotation import SecretRotation
from services.assistants.settings import RotationSettings


def build_secret_rotation(settings: RotationSettings) -> SecretRotation:
    """Touches nothing yet."""
    return SecretRotation(
        engine=sync_engine(settings.assistants_database_url.get_secret_value(), pool_size=1),
        box=secret_box(settings.secret_keys.get_secret_value()),
    )
