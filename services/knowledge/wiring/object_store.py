"""The object store that the settings name."""

from functools import partial

from services.knowledge.adapters.object_store import S3ObjectStore, s3_client
from services.knowledge.settings import ObjectStoreSettings


def object_store(settings: ObjectStoreSettings) -> S3ObjectStore:
    """One client per process; a second one where browsers use another address."""
    client = partial(
        s3_client,
        region=settings.s3_region,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
    )
    inside = client(endpoint_url=settings.s3_endpoint_url)
    is_same = settings.s3_public_url in {None, settings.s3_endpoint_url}
    outside = inside if is_same else client(endpoint_url=settings.s3_public_url)
    return S3ObjectStore(inside, public=outside, bucket=settings.s3_bucket)
